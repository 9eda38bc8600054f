import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { Versioned } from '../../changes/versioned-change.ts'
import { bookkeepingFields } from '../../requests/documented-fields.ts'
import { shippedSettings } from './built-in-providers.ts'
import { type Provider, type ProviderSettings, providerSchema, providerSettingsSchema } from './provider.ts'

/** The columns that the API shows. */
const publicSchema = providerSchema
  .pick({ providerId: true })
  .extend({ ...providerSettingsSchema.shape, ...bookkeepingFields })

/** A provider in an API response. Its version is the ETag. */
export const providerViewSchema = publicSchema
  .extend({
    builtIn: z.boolean().meta({
      description:
        'Whether the provider comes with Postmaster. A built-in provider can be changed and reset but not deleted.',
      examples: [true],
    }),
    changedFields: z
      .array(z.string())
      .meta({
        description: 'The fields that differ from the defaults of Postmaster. Only present for built-in providers.',
        examples: [['authorizationParameters']],
      })
      .optional(),
  })
  .meta({ id: 'OAuth2Provider', description: 'A service at which people consent and which issues tokens.' })
export type ProviderView = z.infer<typeof providerViewSchema>

export const providerViewOf = (provider: Provider): Versioned<ProviderView> => {
  const shipped = shippedSettings(provider.providerId)
  const changedFields = shipped && changedFieldsOf(providerSettingsSchema.parse(provider), shipped)
  return {
    version: provider.version,
    view: {
      ...publicSchema.parse(provider),
      builtIn: shipped !== undefined,
      ...(changedFields && { changedFields }),
    },
  }
}

const changedFieldsOf = (settings: ProviderSettings, shipped: ProviderSettings): string[] => {
  const values = new Map<string, unknown>(Object.entries(shipped))
  return Object.entries(settings)
    .filter(([field, value]) => !isDeepStrictEqual(value, values.get(field)))
    .map(([field]) => field)
}
