import type { Actor } from '../audit/audit-entry.ts'
import { assertVersion, attemptsFor, changedMeanwhile } from '../changes/expected-version.ts'
import type { ExpectedVersion } from '../changes/versioned-change.ts'
import { stampOf } from '../changes/versioned-change.ts'
import type { Account, AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { accountIntention } from './audited-account.ts'
import type { SavedAccount } from './calls-for-fetch.ts'
import { claimMailbox } from './claim-mailbox.ts'
import { type AccountInput, parseAccountInput } from './input/account-input.ts'
import { settingsOf } from './input/account-settings.ts'
import { inputRules } from './input/input-rules.ts'
import { passwordAgainFor } from './input/password-again.ts'
import { patchedDocument } from './input/patched-document.ts'
import { isSameMailStore, mailboxKeyOf } from './mailbox-key.ts'
import { startsAtOf } from './start-from.ts'
import { readAccount } from './store/account-store.ts'
import { forgetCredential, writeCredential } from './write-credential.ts'

export interface AccountChange {
  readonly accountId: AccountId
  readonly expected: ExpectedVersion
  readonly by: Actor
}

/**
 * PUT: omitted fields return to their defaults, but the password is kept if `passwordAgain` allows it.
 * @throws the same errors as `apply`
 */
export const replaceAccount = async (change: AccountChange, raw: unknown, services: AccountServices) =>
  await apply(change, () => raw, services)

/** PATCH: applies a merge patch (RFC 7396). @throws the same errors as `apply` */
export const changeAccount = async (change: AccountChange, patch: unknown, services: AccountServices) =>
  await apply(change, (current) => patchedDocument(current, patch, services), services)

/** @throws ProblemError `not-found`, `invalid-request`, `mailbox-taken`, `changed-meanwhile` */
const apply = async (
  change: AccountChange,
  documentFrom: (current: Account) => unknown | Promise<unknown>,
  services: AccountServices,
): Promise<SavedAccount> => {
  const attempts = attemptsFor(change.expected)
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
 * Order: claim of a new mailbox, secret, audit entry, row, release of the old mailbox, removal of the old credential.
 * If the row has changed since `current`, the new claim remains and can be taken over, because another change of the
 * same account may depend on it. No row refers to the new version of the secret in this case.
 * @returns undefined if the row has changed since `current`
 */
const writeChange = async (current: Account, input: AccountInput, by: Actor, services: AccountServices) => {
  const settings = settingsOf(input)
  const { accountId, version } = current
  const { claims } = services
  const mailboxChanges = mailboxKeyOf(current) !== mailboxKeyOf(settings)
  // The claim is read before the row changes, because a claim taken after the change belongs to another change.
  const formerClaim = mailboxChanges ? await claims.heldBy(accountId, mailboxKeyOf(current)) : undefined
  if (mailboxChanges) await claimMailbox({ ...settings, accountId }, services)
  const startsAt = startsAtOf(settings, current, services.now())
  const changed: Account = {
    ...settings,
    // The folder's spelling is part of message ids, so another spelling of the same folder is ignored.
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
  if (formerClaim) await claims.release(formerClaim)
  await forgetCredential(accountId, current.credential, changed.credential, services)
  return changed
}

/**
 * Keeps the times of an account's changes in order although clocks differ between invocations, because dispatch reads
 * changes by time.
 */
const laterThan = (previous: string, now: Date): Date => new Date(Math.max(now.getTime(), Date.parse(previous) + 1))
