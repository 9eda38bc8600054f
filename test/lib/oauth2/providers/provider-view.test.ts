import { describe, expect, it } from 'vitest'
import { shippedProvider } from '../../../../lib/oauth2/providers/built-in-providers.ts'
import { providerViewOf, providerViewSchema } from '../../../../lib/oauth2/providers/provider-view.ts'

describe('providerViewOf', () => {
  it('providerViewOf shows only the public columns of a row', () => {
    const provider = shippedProvider('google')
    if (!provider) throw new Error('The provider is not shipped')
    const { view, version } = providerViewOf({ ...provider, ...{ signingKey: 'private' } })
    expect(version).toBe(1)
    expect(Object.keys(providerViewSchema.shape)).toEqual(expect.arrayContaining(Object.keys(view)))
    expect(JSON.stringify(view)).not.toMatch(/signingKey|private/)
    expect(view).toMatchObject({ providerId: 'google', builtIn: true, changedFields: [] })
    expect(view).not.toHaveProperty('version')
  })
})
