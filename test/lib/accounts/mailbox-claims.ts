import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { mailboxKeyOf } from '../../../lib/accounts/account-mailbox.ts'
import { changeAccount, createAccount, deleteAccount, readNewAccount } from '../../../lib/accounts/manage-accounts.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { type AccountsApi, accountInput, startAccountsApi } from '../../support/accounts-api.ts'
import { actor } from '../../support/actor.ts'
import { memorySecrets } from '../../support/secrets.ts'

let api: AccountsApi

const usernames = ['a', 'b', 'c', 'd']
const atOnce = 8

/** Makes repeatable choices. The event loop determines which actions overlap. */
const dice = (seed: number) => {
  let state = seed
  return <T>(from: readonly T[]): T | undefined => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return from[Math.floor((state / 2_147_483_648) * from.length)]
  }
}

const accounts = async (): Promise<Account[]> => (await api.services.accounts.page({ limit: 500 })).accounts

const created = async (username: string) =>
  await createAccount(await readNewAccount(accountInput({ username }), api.services), actor('x'), api.services)

const expected = async (work: Promise<unknown>) => {
  await work.catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error
  })
}

export const describeMailboxClaims = (rounds: number): void => {
  beforeAll(async () => {
    api = await startAccountsApi({ secrets: memorySecrets() })
  })
  afterAll(() => api.stop())

  describe('mailbox claims', () => {
    it('mailbox claims allow only one account per mailbox during concurrent creations, moves and deletions', async () => {
      const pick = dice(20261123)
      let succeeded = 0
      for (let round = 0; round < rounds; round += 1) {
        // Left-over claims of the previous round can be taken over.
        api.clock.now = new Date(api.clock.now.getTime() + 61_000)
        const existing = await accounts()
        const work = Array.from({ length: atOnce }, () => {
          const username = pick(usernames) ?? 'a'
          const account = pick(existing)
          const action = pick(account ? (['create', 'move', 'move', 'move', 'delete'] as const) : (['create'] as const))
          if (!account || action === 'create') return created(username)
          const change = { accountId: account.accountId, expected: 'any' as const, by: actor('x') }
          if (action === 'delete') return deleteAccount(change, api.services)
          return changeAccount(change, { username }, api.services)
        })
        await Promise.all(work.map(async (one) => await expected(one.then(() => (succeeded += 1)))))

        const now = await accounts()
        const mailboxes = now.map(mailboxKeyOf)
        expect(new Set(mailboxes).size).toBe(mailboxes.length)
        const claims = await api.tables.table('mailboxClaims').getMany(mailboxes)
        const holders = new Map(claims.map((claim) => [claim.mailbox, claim.accountId]))
        for (const account of now) expect(holders.get(mailboxKeyOf(account))).toBe(account.accountId)
      }
      expect(succeeded).toBeGreaterThan(rounds)
    })
  })
}
