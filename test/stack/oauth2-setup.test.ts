import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { profileViewSchema } from '../../lib/oauth2/profiles/profile-view.ts'
import { providerViewSchema } from '../../lib/oauth2/providers/provider-view.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { profileInput, providerInput } from '../support/oauth2-setup.ts'
import { startStack, type TestStack } from '../support/stack.ts'

const secret = 'hunter2-Client~Secret.of/a+profile'
const dataFolder = mkdtempSync(join(tmpdir(), 'postmaster-oauth2-'))
let stack: TestStack
beforeAll(async () => {
  await assembly()
  stack = await startStack({ data: dataFolder })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  rmSync(dataFolder, { recursive: true, force: true })
})

const profiles = z.object({ items: z.array(profileViewSchema), redirectUri: z.string() })
const readProfiles = async () => profiles.parse((await stack.api.good('GET', '/oauth2/profiles')).body)

describe('providers and profiles with the deployed bundles and policies', () => {
  it('the list of profiles contains the deployment’s redirect URI even if there are no profiles', async () => {
    const { port } = new URL(stack.local.apiUrl)
    expect(await readProfiles()).toEqual({ items: [], redirectUri: `http://localhost:${port}/oauth2/callback` })
  })

  it('providers and profiles can be created, used, changed and deleted', async () => {
    const { api } = stack
    const made = await api.good('POST', '/oauth2/providers', { body: providerInput({ hosts: { imap: 'localhost' } }) })
    const { providerId } = providerViewSchema.parse(made.body)
    const secretExpiresOn = new Date().toISOString().slice(0, 10)
    const body = profileInput({ providerId, tenant: undefined, clientSecret: secret, secretExpiresOn })
    const { profileId } = profileViewSchema.parse((await api.good('POST', '/oauth2/profiles', { body })).body)
    const path = `/oauth2/profiles/${profileId}`
    expect(await api.problem('DELETE', `/oauth2/providers/${providerId}`, { ifMatch: '*' })).toMatchObject({
      code: 'provider-in-use',
    })

    const account = await api.createAccount({
      authentication: 'oauth2',
      type: 'IMAPS',
      profileId,
      username: 'jane@example.org',
      host: 'localhost',
    })
    const [profile] = (await readProfiles()).items
    expect(profile).toMatchObject({
      accounts: { count: 1, accountIds: [account.accountId] },
      hasClientSecret: true,
      secretExpiry: { code: 'client-secret-expired' },
    })
    expect(await api.problem('DELETE', path, { ifMatch: '*' })).toMatchObject({
      code: 'profile-in-use',
      detail: 'The profile Desk is used by the mail accounts jane@example.org at localhost.',
    })

    const renewed = await api.good('PATCH', path, { ifMatch: '"1"', body: { clientSecret: `${secret}-2` } })
    expect(renewed.headers.get('etag')).toBe('"2"')
    await api.good('DELETE', `/accounts/${account.accountId}`, { ifMatch: '*' })
    await api.good('DELETE', path, { ifMatch: '"2"' })
    await api.good('DELETE', `/oauth2/providers/${providerId}`, { ifMatch: '*' })
    expect((await readProfiles()).items).toEqual([])

    const trail = await api.good('GET', `/audit?subject=${path}`)
    expect(trail.text).toContain('"field":"clientSecret","secret":true')
  })

  it('a deletion resets a built-in provider', async () => {
    const { api } = stack
    const path = '/oauth2/providers/microsoft'
    const changed = await api.good('PATCH', path, { ifMatch: '"1"', body: { name: 'Ours' } })
    expect(changed.body).toMatchObject({ name: 'Ours', changedFields: ['name'] })
    await api.good('DELETE', path, { ifMatch: '"2"' })
    expect((await api.good('GET', path)).body).toMatchObject({ name: 'Microsoft 365', changedFields: [] })
  })

  it('a client secret is stored only in Secrets Manager', () => {
    expect(stack.api.transcript.join('\n')).not.toContain('hunter2')
    const said = stack.events.map((event) => JSON.stringify(event)).join('\n')
    expect(said).not.toContain('hunter2')
    const holding = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(dataFolder, file)).isFile())
      .filter((file) => readFileSync(join(dataFolder, file), 'latin1').includes('hunter2'))
    expect(holding.every((file) => file.includes('secrets'))).toBe(true)
    expect(holding.length).toBeGreaterThan(0)
  })
})
