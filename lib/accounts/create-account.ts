import type { Actor } from '../audit/audit-entry.ts'
import { createVersioned, firstStamp } from '../changes/versioned-change.ts'
import { ProblemError } from '../reasons/problem.ts'
import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { auditedAccount } from './audited-account.ts'
import type { AccountBody } from './input/account-forms.ts'
import { type AccountInput, parseAccountInput } from './input/account-input.ts'
import { settingsOf, startsAtOf } from './input/account-settings.ts'
import { claimMailbox } from './store/mailbox-claims.ts'
import { writeCredential } from './write-credential.ts'

/**
 * The list's filter examines every account within one request (30 s at API Gateway), and a tick queues all of them.
 * Concurrent requests may exceed this limit by one or two accounts.
 */
const highestAccountCount = 10_000

/** @throws ProblemError `invalid-request` */
export const readNewAccount = async (body: AccountBody, services: AccountServices): Promise<AccountInput> =>
  await parseAccountInput(body, { ...services, withoutPassword: () => 'is missing' })

/**
 * Order: claim, secret, audit entry, row. An interrupted creation leaves no account behind. It leaves only a claim,
 * which another request can take over after a minute, and a secret, which the sweep deletes after a day. An OAuth2
 * account then waits for a consent, unless its profile is app-only.
 * @throws ProblemError `too-many-accounts`, `mailbox-taken`
 */
export const createAccount = async (
  input: AccountInput,
  by: Actor,
  services: AccountServices,
  ceiling = highestAccountCount,
): Promise<Account> => {
  const { accounts, claims, now, newId } = services
  if ((await accounts.count(ceiling)) >= ceiling)
    throw new ProblemError('too-many-accounts', `There are already ${ceiling} accounts.`)

  const accountId = newId()
  const settings = settingsOf(input)
  const claim = await claimMailbox({ ...settings, accountId }, services)
  const credential = await writeCredential(accountId, input, undefined, services).catch(async (error: unknown) => {
    await claims.release(claim)
    throw error
  })
  const created = now()
  const account: Account = {
    ...settings,
    ...startsAtOf(settings, undefined, created),
    accountId,
    credential,
    mailboxEpoch: 1,
    ...firstStamp(created, by),
  }
  const creation = { thing: account, audited: auditedAccount, by }
  if (!(await createVersioned(services, creation, () => accounts.create(account))))
    throw new Error('The new account id already exists')
  return account
}
