import { mergeMembers } from '../../changes/merge-patch.ts'
import { withoutStamp } from '../../changes/versioned-change.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { Account } from '../account.ts'
import { mailboxUserOf } from '../account-mailbox.ts'
import type { AccountBody } from './account-input-schema.ts'
import { type OAuth2Rules, proposedHost } from './oauth2-rules.ts'
import { memberOf } from './parse-account-input.ts'

const choices = [
  ['dispatching', 'by'],
  ['afterFetch', 'action'],
  ['tooLarge', 'action'],
] as const

/**
 * Applies a merge patch to the account. Unlike RFC 7396, a patch with another `authentication`, `dispatching.by` or
 * `action` replaces everything that belongs to it, so that callers need not null fields that belong to the previous
 * choice.
 */
export const patchedDocument = async (
  account: Account,
  patch: AccountBody,
  rules: OAuth2Rules,
): Promise<AccountBody> => {
  const document = inputDocumentOf(account, await hostOfProvider(account, rules))
  if (account.credential.method === 'oauth2' && patch.authentication === 'password') leaveOAuth2(document, account)
  for (const [field, choice] of choices) {
    const chosen = memberOf(patch[field], choice)
    if (chosen !== undefined && chosen !== memberOf(document[field], choice)) delete document[field]
  }
  const merged = mergeMembers(document, patch)
  // The password is not part of the document, so a merge would ignore its removal. The `null` is kept and then refused,
  // because it is not a string. Only a change to OAuth2 may remove the password.
  return patch.password === null && patch.authentication !== 'oauth2' ? { ...merged, password: null } : merged
}

/**
 * Converts a stored account to a request body without the password, so that a merge patch can be applied to it. It
 * omits defaults of the type and the provider. A patch of the type then also changes the port and the host.
 * @param proposedHost the host that an OAuth2 account gets if the request contains none
 */
const inputDocumentOf = (account: Account, proposedHost?: string): Record<string, unknown> => {
  const {
    accountId: _id,
    startsAt: _startsAt,
    mailboxEpoch: _epoch,
    credential,
    host,
    port,
    folder,
    ...settings
  } = withoutStamp(account)
  return {
    ...settings,
    authentication: credential.method,
    ...(credential.method === 'oauth2' && { profileId: credential.profileId }),
    ...(host !== proposedHost && { host }),
    ...(port !== accountTypeFacts[account.type].defaultPort && { port }),
    ...(folder !== undefined && folder !== 'INBOX' && { folder }),
  }
}

/**
 * A password opens its user's mailbox. By default, that is the mailbox that was fetched before, not that of the user
 * who consented.
 */
const leaveOAuth2 = (document: Record<string, unknown>, account: Account): void => {
  delete document.profileId
  delete document.mailbox
  document.username = mailboxUserOf(account)
  document.host = account.host
}

const hostOfProvider = async ({ credential, type }: Account, { profiles }: OAuth2Rules) => {
  if (credential.method !== 'oauth2') return undefined
  const profile = await profiles.read(credential.profileId)
  return profile && proposedHost(profile, type)
}
