import type { Actor } from '../requests/actor.ts'
import { assertVersion, changedMeanwhile, type ExpectedVersion } from '../requests/expected-version.ts'
import { stampOf } from '../requests/versioned.ts'
import type { Account, AccountId } from './account.ts'
import { type AccountInput, parseAccountInput } from './account-input.ts'
import type { AccountServices } from './account-services.ts'
import { settingsOf } from './account-settings.ts'
import { accountIntention } from './audited-account.ts'
import type { SavedAccount } from './calls-for-fetch.ts'
import { claimMailbox } from './claim-mailbox.ts'
import { inputRules } from './input-rules.ts'
import { isSameMailStore, mailboxKeyOf } from './mailbox-key.ts'
import { passwordAgainFor } from './password-again.ts'
import { patchedDocument } from './patched-document.ts'
import { readAccount } from './read-account.ts'
import { startsAtOf } from './start-from.ts'
import { forgetCredential, writeCredential } from './write-credential.ts'

/** With `If-Match: *` a change that somebody else overtakes is made again on top of theirs, this often. */
const overtakenAttempts = 5

export interface AccountChange {
  readonly accountId: AccountId
  readonly expected: ExpectedVersion
  readonly by: Actor
}

/**
 * PUT: everything not sent returns to its default, but the password is kept (where `passwordAgain` allows). @throws as
 * `change`
 */
export const replaceAccount = async (change: AccountChange, raw: unknown, services: AccountServices) =>
  await apply(change, () => raw, services)

/** PATCH with a merge patch (RFC 7396). @throws as `change` */
export const changeAccount = async (change: AccountChange, patch: unknown, services: AccountServices) =>
  await apply(change, (current) => patchedDocument(current, patch, services), services)

/** @throws ProblemError `not-found`, `invalid-request`, `mailbox-taken`, `changed-meanwhile` */
const apply = async (
  change: AccountChange,
  documentFrom: (current: Account) => unknown | Promise<unknown>,
  services: AccountServices,
): Promise<SavedAccount> => {
  const attempts = change.expected === 'any' ? overtakenAttempts : 1
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const current = await readAccount(change.accountId, services)
    assertVersion(change.expected, current.version)
    const document = await documentFrom(current)
    const input = await parseAccountInput(document, inputRules(passwordAgainFor(current, document), services))
    const changed = await writeChange(current, input, change.by, services)
    if (changed) return { account: changed, before: current }
  }
  throw changedMeanwhile()
}

/**
 * Order: claim of a new mailbox, secret, audit entry, row, release of the old mailbox, end of the old secret. Resolves
 * to undefined when the row has changed since `current`: then the claim made for it is left to be taken over, because
 * another change of the same account may rest on it, and the new version of the secret is one that no row names.
 */
const writeChange = async (current: Account, input: AccountInput, by: Actor, services: AccountServices) => {
  const settings = settingsOf(input)
  const { accountId, version } = current
  const mailboxChanges = mailboxKeyOf(current) !== mailboxKeyOf(settings)
  if (mailboxChanges) await claimMailbox({ ...settings, accountId, version: version + 1 }, services)
  const startsAt = startsAtOf(settings, current, services.now())
  const changed: Account = {
    ...settings,
    // Message ids hang on the spelling of the folder, so another spelling of the same one is not taken over.
    ...(!mailboxChanges && current.folder !== undefined && { folder: current.folder }),
    ...(startsAt !== undefined && { startsAt }),
    accountId,
    credential: await writeCredential(accountId, input, current.credential, services),
    mailboxEpoch: current.mailboxEpoch + (isSameMailStore(current, settings) ? 0 : 1),
    version: version + 1,
    createdAt: current.createdAt,
    createdBy: current.createdBy,
    createdBySub: current.createdBySub,
    ...stampOf(laterThan(current.changedAt, services.now()), by),
  }
  const intention = accountIntention('change', by, current, changed)
  const replace = () => services.accounts.replace(changed, version)
  if (!(await services.audit.record(intention, replace, Boolean))) return undefined
  if (mailboxChanges) await services.claims.release({ mailbox: mailboxKeyOf(current), accountId, version })
  await forgetCredential(accountId, current.credential, changed.credential, services)
  return changed
}

/**
 * Dispatch reads changes by time, and the clocks of two invocations differ: an account's own changes never run
 * backwards.
 */
const laterThan = (previous: string, now: Date): Date => new Date(Math.max(now.getTime(), Date.parse(previous) + 1))
