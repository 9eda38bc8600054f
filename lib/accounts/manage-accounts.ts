import type { Actor } from '../audit/audit-entry.ts'
import {
  type Audited,
  type Changeable,
  type ChangeBy,
  changeVersioned,
  createVersioned,
  firstStamp,
  type Stamp,
} from '../changes/versioned-change.ts'
import { ProblemError } from '../reasons/problem.ts'
import type { Account, AccountId } from './account.ts'
import { accountNameOf, claimMailbox, isSameMailStore, mailboxKeyOf } from './account-mailbox.ts'
import type { AccountServices } from './account-services.ts'
import { fingerprintsOf } from './fields/custom-ca.ts'
import type { AccountBody } from './input/account-input-schema.ts'
import { type AccountInput, parseAccountInput, settingsOf, startsAtOf } from './input/parse-account-input.ts'
import { withoutPasswordFor } from './input/password-again.ts'
import { patchedDocument } from './input/patched-document.ts'
import { type AccountStore, readAccount } from './store/account-store.ts'

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

/**
 * Order: audit entry, note of the removal, row, claim, secret or tokens. Once the row is deleted, nothing more is fetched, and a run in
 * progress stops at its next chunk. If the deletion is interrupted after that, another account can take over the claim,
 * and the daily sweep deletes the secret. Stored mail is kept.
 * @throws ProblemError `not-found`, `changed-meanwhile`
 */
export const deleteAccount = async (change: AccountChange, services: AccountServices): Promise<void> => {
  const { accountId } = change
  const { accounts, removals, claims, now } = services
  const changeable = changeableAccount(accountId, services)
  const { before, claim } = await changeVersioned(services, changeable, change, async (account) => ({
    claim: await claims.heldBy(accountId, mailboxKeyOf(account)),
    write: async () => {
      await removals.note(accountId, now())
      return await accounts.remove(accountId, account.version)
    },
  }))
  if (claim) await claims.release(claim)
  await forgetCredential(accountId, before.credential, undefined, services)
}

type CredentialReference = Account['credential']

/**
 * Stores a new password in a version to which only the new row refers.
 * @param current undefined for a new account
 * @returns the reference to the credential for the new row
 */
const writeCredential = async (
  accountId: AccountId,
  input: AccountInput,
  current: CredentialReference | undefined,
  { secrets }: Pick<AccountServices, 'secrets'>,
): Promise<CredentialReference> => {
  if (input.authentication === 'oauth2') return { method: 'oauth2', profileId: input.profileId }
  if (input.password !== undefined)
    return { method: 'password', secretVersion: await secrets.put(accountId, input.password) }
  if (current?.method !== 'password') throw new Error('An account without a password passed all rules')
  return current
}

/**
 * Deletes the previous password or ends the previous consent after the row has stopped referring to it. If this is
 * interrupted, the daily sweep finds the password. The function that ends grants finds a consent whose account does not
 * exist or logs in with a password.
 */
const forgetCredential = async (
  accountId: AccountId,
  before: CredentialReference,
  after: CredentialReference | undefined,
  { secrets, connections, now }: Pick<AccountServices, 'secrets' | 'connections' | 'now'>,
): Promise<void> => {
  if (before.method === after?.method) return
  if (before.method === 'password') await secrets.deleteWithRecovery(accountId)
  else await connections.endConsent(accountId, now())
}

/** An account that admins change. */
const changeableAccount = (
  accountId: AccountId,
  services: { readonly accounts: Pick<AccountStore, 'read'> },
): Changeable<Account> => ({ read: () => readAccount(accountId, services), audited: auditedAccount })

/**
 * How the audit trail records an account. For the password, it records only that it changed, and for certificates their
 * fingerprints.
 */
const auditedAccount = (account: Account): Audited => {
  const { credential, customCa, accountId, mailboxEpoch: _epoch, ...settings } = account
  return {
    subject: `/accounts/${accountId}`,
    name: accountNameOf(account),
    fields: {
      ...settings,
      authentication: credential.method,
      ...(credential.method === 'password' && { password: credential.secretVersion }),
      ...(credential.method === 'oauth2' && { profileId: credential.profileId }),
      ...(customCa !== undefined && { customCa: fingerprintsOf(customCa) }),
    },
    secrets: ['password'],
  }
}
