import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import type { OAuth2Finding } from '../../../../lib/oauth2/oauth2-error.ts'
import { ProfileStore } from '../../../../lib/oauth2/profiles/profile-store.ts'
import { type EndGrantsServices, endGrants, type Revocation } from '../../../../lib/oauth2/tokens/end-grants.ts'
import type { Grant } from '../../../../lib/oauth2/tokens/grant.ts'
import { GrantStore } from '../../../../lib/oauth2/tokens/grant-store.ts'
import { account } from '../../../support/account-rows.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { putConsent } from '../../../support/oauth2-accounts.ts'
import { profile } from '../../../support/oauth2-setup.ts'

let tables: TestTables
let accounts: AccountStore
let grants: GrantStore
let profiles: ProfileStore
beforeAll(async () => {
  tables = await startTables()
  accounts = new AccountStore(tables.table('accounts'))
  grants = new GrantStore(tables.table('oauthGrants'))
  profiles = new ProfileStore(tables.table('oauth2'))
})
afterAll(() => tables.stop())

const people = profile({ profileId: 'people', name: 'People' })
const sameClient = profile({ profileId: 'again', name: 'The same client again' })
const otherClient = profile({ profileId: 'other', name: 'Another client', clientId: 'other' })

let now: Date
/** The keys of the grants that were revoked at the provider, in order. */
let revoked: string[]
let ended: [string, Revocation['outcome']][]
let tooMany: [number, number][]
let answer: (grant: Grant) => ReturnType<EndGrantsServices['revoke']>
beforeEach(async () => {
  await tables.clear()
  for (const one of [people, sameClient, otherClient]) await profiles.create(one)
  now = new Date('2026-06-01T12:00:00.000Z')
  ;[revoked, ended, tooMany] = [[], [], []]
  answer = async () => ({ outcome: 'revoked' })
})

const services = (): EndGrantsServices => ({
  grants,
  accounts,
  profiles,
  revoke: async (grant) => {
    revoked.push(grant.grantKey)
    return await answer(grant)
  },
  onEnded: (grantKey, { outcome }) => ended.push([grantKey, outcome]),
  onTooMany: (orphans, consents) => tooMany.push([orphans, consents]),
  now: () => now,
})
const run = (mayGoOn = () => true) => endGrants(services(), mayGoOn)

/** An account with a valid consent. */
const connected = async (accountId: string, by = people, fields: Partial<Grant> = {}) => {
  const row = account({ accountId, username: accountId, credential: { method: 'oauth2', profileId: by.profileId } })
  await accounts.create(row)
  await putConsent(tables, row, by, { consentedBy: `${accountId}@example.org`, ...fields })
  return row
}
const grantOf = (accountId: string) => grants.read(`account#${accountId}`)
const waiting: OAuth2Finding = { code: 'provider-unreachable', detail: 'Down.', remedy: 'Wait.', cure: 'waiting' }
const final: OAuth2Finding = { code: 'client-secret-rejected', detail: 'Wrong.', remedy: 'Change it.', cure: 'change' }

describe('endGrants', () => {
  it('endGrants revokes and removes ended consents, and leaves valid ones unchanged', async () => {
    await connected('stays')
    await connected('goes')
    const before = await grantOf('stays')
    await grants.end('account#goes', now.toISOString())
    await run()
    expect(revoked).toEqual(['account#goes'])
    expect(ended).toEqual([['account#goes', 'revoked']])
    expect(await grantOf('goes')).toBeUndefined()
    expect(await grantOf('stays')).toEqual(before)
    await run()
    expect(revoked).toHaveLength(1)
  })

  it('endGrants finds unmarked consents whose account is missing or has a password', async () => {
    const [gone, changed] = [await connected('gone'), await connected('changed')]
    await connected('stays')
    await accounts.remove(gone.accountId, 1)
    await accounts.replace({ ...changed, version: 2, credential: { method: 'password', secretVersion: 'v' } }, 1)
    await run()
    expect(revoked.toSorted()).toEqual(['account#changed', 'account#gone'])
    expect([await grantOf('gone'), await grantOf('changed')]).toEqual([undefined, undefined])
    expect(await grantOf('stays')).toBeDefined()
  })

  it('endGrants ignores consents of unreadable accounts, and app-only grants', async () => {
    await connected('unreadable')
    await tables.table('accounts').put({ accountId: 'unreadable', port: 'no number' })
    await tables
      .table('oauthGrants')
      .put({ grantKey: 'profile#gone', version: 1, profileId: 'gone', grantEpoch: 1, state: 'connected' })
    await run()
    expect(ended).toEqual([])
    expect(await grantOf('unreadable')).toBeDefined()
    expect(await grants.read('profile#gone')).toBeDefined()
  })

  it('endGrants revokes the tokens that the row contains at that time', async () => {
    await connected('goes', people, { sealed: 'the-latest', dataKey: 'k' })
    await grants.end('account#goes', now.toISOString())
    const seen: (string | undefined)[] = []
    answer = async ({ sealed }) => {
      seen.push(sealed)
      return { outcome: 'revoked' }
    }
    await run()
    expect(seen).toEqual(['the-latest'])
  })
})

describe('endGrants: a new consent during the revocations', () => {
  it('endGrants keeps a new consent even though the previous one was ended', async () => {
    const rows = [await connected('one'), await connected('two')]
    for (const { accountId } of rows) await grants.end(`account#${accountId}`, now.toISOString())
    answer = async ({ grantKey }) => {
      // The table determines which one is revoked first. The person consents again for the other account.
      for (const row of rows)
        if (grantKey !== `account#${row.accountId}`) await putConsent(tables, row, people, { consentedBy: 'anew' })
      return { outcome: 'revoked' }
    }
    await run()
    expect(revoked).toHaveLength(1)
    const left = (await Promise.all([grantOf('one'), grantOf('two')])).filter((grant) => grant !== undefined)
    expect(left).toEqual([expect.objectContaining({ consentedBy: 'anew', state: 'connected' })])
    expect(left[0]?.endedAt).toBeUndefined()
  })

  it('endGrants keeps a consent whose account had a password only when the search began', async () => {
    await connected('first')
    await grants.end('account#first', now.toISOString())
    const row = await connected('second')
    const password = { ...row, version: 2, credential: { method: 'password' as const, secretVersion: 'v' } }
    await accounts.replace(password, 1)
    answer = async ({ grantKey }) => {
      if (grantKey === 'account#first') await accounts.replace({ ...row, version: 3 }, 2)
      return { outcome: 'revoked' }
    }
    await run()
    expect(revoked).toEqual(['account#first'])
    expect(await grantOf('second')).toMatchObject({ state: 'connected' })
    expect((await grantOf('second'))?.endedAt).toBeUndefined()
  })
})

describe('endGrants: interruptions', () => {
  it('endGrants repeats a revocation that was interrupted', async () => {
    await connected('goes')
    await grants.end('account#goes', now.toISOString())
    answer = () => Promise.reject(new Error('planted: killed'))
    await expect(run()).rejects.toThrow('planted')
    expect(await grantOf('goes')).toBeDefined()
    answer = async () => ({ outcome: 'revoked' })
    await run()
    expect(await grantOf('goes')).toBeUndefined()
    expect(revoked).toHaveLength(2)
  })

  it('endGrants leaves the remaining consents to the next run if its time is used up', async () => {
    for (const name of ['a', 'b', 'c']) {
      await connected(name)
      await grants.end(`account#${name}`, now.toISOString())
    }
    let left = 2
    await run(() => {
      left -= 1
      return left >= 0
    })
    expect(revoked).toHaveLength(2)
    await run()
    expect(new Set(revoked).size).toBe(3)
  })

  it('endGrants does not remove a new consent that was given during the revocation', async () => {
    const row = await connected('back')
    await grants.end('account#back', now.toISOString())
    answer = async () => {
      await putConsent(tables, row, people, { sealed: 'new' })
      return { outcome: 'revoked' }
    }
    await run()
    expect(await grantOf('back')).toMatchObject({ sealed: 'new', state: 'connected' })
    expect(ended).toEqual([])
  })
})

describe('endGrants: providers that do not revoke', () => {
  it('endGrants retries an unavailable provider for a day, and then removes the row and reports the failure', async () => {
    await connected('goes')
    await grants.end('account#goes', now.toISOString())
    answer = async () => ({ outcome: 'failed', finding: waiting })
    await run()
    now = new Date(now.getTime() + 23 * 60 * 60_000)
    await run()
    expect(ended).toEqual([
      ['account#goes', 'postponed'],
      ['account#goes', 'postponed'],
    ])
    expect(await grantOf('goes')).toBeDefined()
    now = new Date(now.getTime() + 61 * 60_000)
    await run()
    expect(ended.at(-1)).toEqual(['account#goes', 'failed'])
    expect(await grantOf('goes')).toBeUndefined()
  })

  it('endGrants removes the row if the provider refuses permanently', async () => {
    await connected('goes')
    await grants.end('account#goes', now.toISOString())
    answer = async () => ({ outcome: 'failed', finding: final })
    await run()
    expect(ended).toEqual([['account#goes', 'failed']])
    expect(await grantOf('goes')).toBeUndefined()
  })
})

describe('endGrants: consents of one person for several accounts', () => {
  const jane = { consentedBy: 'Jane@example.org' }

  it.each([
    ['the same profile', people],
    ['another profile with the same client', sameClient],
  ])('endGrants does not revoke a token if the person consented for another account of %s', async (_, by) => {
    await connected('stays', by, { consentedBy: 'jane@EXAMPLE.org' })
    await connected('goes', people, jane)
    await grants.end('account#goes', now.toISOString())
    await run()
    expect(ended).toEqual([['account#goes', 'shared']])
    expect(revoked).toEqual([])
    expect(await grantOf('goes')).toBeUndefined()
    await grants.end('account#stays', now.toISOString())
    await run()
    expect(revoked).toEqual(['account#stays'])
  })

  it('endGrants revokes a token if the person’s other consents are for another client, ended or invalid', async () => {
    await connected('other', otherClient, jane)
    await connected('lost', people, { ...jane, state: 're-authorization-needed' })
    for (const name of ['one', 'two']) {
      await connected(name, people, jane)
      await grants.end(`account#${name}`, now.toISOString())
    }
    await run()
    expect(revoked.toSorted()).toEqual(['account#one', 'account#two'])
  })
})

describe('endGrants: many missing accounts', () => {
  it('endGrants ends no orphans if many accounts are missing, but still ends marked consents', async () => {
    for (let n = 0; n < 5; n += 1) await connected(`account-${n}`)
    await grants.end('account#account-4', now.toISOString())
    for (let n = 0; n < 4; n += 1) await accounts.remove(`account-${n}`, 1)
    await run()
    expect(tooMany).toEqual([[4, 5]])
    expect(revoked).toEqual(['account#account-4'])
    for (let n = 0; n < 4; n += 1) expect(await grantOf(`account-${n}`)).not.toHaveProperty('endedAt')
  })
})
