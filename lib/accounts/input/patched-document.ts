import * as z from 'zod'
import { mergePatch } from '../../changes/merge-patch.ts'
import type { Account } from '../account.ts'
import { mailboxUserOf } from '../mailbox-key.ts'
import { inputDocumentOf } from './account-settings.ts'
import { type OAuth2Rules, proposedHost } from './oauth2-rules.ts'

const choicesSchema = z.object({
  authentication: z.unknown().optional(),
  dispatching: z.object({ by: z.string() }).optional().catch(undefined),
  afterFetch: z.object({ action: z.string() }).optional().catch(undefined),
  tooLarge: z.object({ action: z.string() }).optional().catch(undefined),
  password: z.unknown().optional(),
})

/**
 * Applies a merge patch to the account. Unlike RFC 7396, a patch with another `authentication`, `dispatching.by` or
 * `action` replaces everything that belongs to it, so that callers need not null fields that belong to the previous
 * choice.
 */
export const patchedDocument = async (account: Account, patch: unknown, rules: OAuth2Rules): Promise<unknown> => {
  const document = inputDocumentOf(account, await hostOfProvider(account, rules))
  const choices = choicesSchema.safeParse(patch)
  if (!choices.success) return mergePatch(document, patch)
  const { authentication, dispatching, afterFetch, tooLarge, password } = choices.data
  const { method } = account.credential
  if (method === 'oauth2' && authentication === 'password') leaveOAuth2(document, account)
  if (dispatching && dispatching.by !== account.dispatching.by) delete document.dispatching
  if (afterFetch && afterFetch.action !== account.afterFetch.action) delete document.afterFetch
  if (tooLarge && tooLarge.action !== account.tooLarge.action) delete document.tooLarge
  const merged = mergePatch(document, patch)
  // The password is not part of the document, so a merge would ignore its removal. The `null` is kept and then refused,
  // because it is not a string. Only a change to OAuth2 may remove the password.
  return password === null && authentication !== 'oauth2' ? { ...documentSchema.parse(merged), password } : merged
}

const documentSchema = z.record(z.string(), z.unknown())

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
