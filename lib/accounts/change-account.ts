import { type ChangeBy, changeVersioned, type Stamp } from '../changes/versioned-change.ts'
import type { Account, AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { changeableAccount } from './audited-account.ts'
import type { AccountBody } from './input/account-forms.ts'
import { type AccountInput, parseAccountInput } from './input/account-input.ts'
import { settingsOf, startsAtOf } from './input/account-settings.ts'
import { withoutPasswordFor } from './input/password-again.ts'
import { patchedDocument } from './input/patched-document.ts'
import { isSameMailStore, mailboxKeyOf } from './mailbox-key.ts'
import { claimMailbox } from './store/mailbox-claims.ts'
import { forgetCredential, writeCredential } from './write-credential.ts'

export interface AccountChange extends ChangeBy {
  readonly accountId: AccountId
}

/** An account that was just saved. */
export interface SavedAccount {
  readonly account: Account
  /** The account before the change; undefined for a new account. */
  readonly before: Account | undefined
}

/**
 * PUT: omitted fields return to their defaults, but the password is kept if `passwordAgain` allows it.
 * @throws the same errors as `apply`
 */
export const replaceAccount = async (change: AccountChange, body: AccountBody, services: AccountServices) =>
  await apply(change, () => body, services)

/** PATCH: applies a merge patch (RFC 7396). @throws the same errors as `apply` */
export const changeAccount = async (change: AccountChange, patch: AccountBody, services: AccountServices) =>
  await apply(change, (current) => patchedDocument(current, patch, services), services)

/**
 * Order: claim of a new mailbox, secret, audit entry, row, release of the old mailbox, removal of the old credential.
 * @throws ProblemError `not-found`, `invalid-request`, `mailbox-taken`, `changed-meanwhile`
 */
const apply = async (
  change: AccountChange,
  documentFrom: (current: Account) => AccountBody | Promise<AccountBody>,
  services: AccountServices,
): Promise<SavedAccount> => {
  const { accountId } = change
  const changeable = changeableAccount(accountId, services)
  const { before, after, formerClaim } = await changeVersioned(services, changeable, change, async (current, stamp) => {
    const rules = { ...services, withoutPassword: withoutPasswordFor(current) }
    return await prepare(current, await parseAccountInput(await documentFrom(current), rules), stamp, services)
  })
  if (formerClaim) await services.claims.release(formerClaim)
  await forgetCredential(accountId, before.credential, after.credential, services)
  return { account: after, before }
}

/**
 * If the row has changed since `current`, the new claim remains and can be taken over, because another change of the
 * same account may depend on it. No row refers to the new version of the secret in this case.
 */
const prepare = async (current: Account, input: AccountInput, stamp: () => Stamp, services: AccountServices) => {
  const settings = settingsOf(input)
  const { accountId, version } = current
  const { accounts, claims, now } = services
  const mailboxChanges = mailboxKeyOf(current) !== mailboxKeyOf(settings)
  const formerClaim = mailboxChanges ? await claims.heldBy(accountId, mailboxKeyOf(current)) : undefined
  if (mailboxChanges) await claimMailbox({ ...settings, accountId }, services)
  const after: Account = {
    ...settings,
    // The folder's spelling is part of message ids, so another spelling of the same folder is ignored.
    ...(!mailboxChanges && current.folder !== undefined && { folder: current.folder }),
    ...startsAtOf(settings, current, now()),
    accountId,
    credential: await writeCredential(accountId, input, current.credential, services),
    mailboxEpoch: current.mailboxEpoch + (isSameMailStore(current, settings) ? 0 : 1),
    ...stamp(),
  }
  return { after, write: () => accounts.replace(after, version), formerClaim }
}
