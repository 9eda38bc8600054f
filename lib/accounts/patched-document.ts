import * as z from 'zod'
import { mergePatch } from '../requests/merge-patch.ts'
import type { Account } from './account.ts'
import { inputDocumentOf } from './account-settings.ts'

const choicesSchema = z.object({
  dispatching: z.object({ by: z.string() }).optional().catch(undefined),
  afterFetch: z.object({ action: z.string() }).optional().catch(undefined),
  tooLarge: z.object({ action: z.string() }).optional().catch(undefined),
  password: z.unknown().optional(),
})

/**
 * The account after a merge patch. Beyond RFC 7396, a patch that names another `dispatching.by` or `action`
 * replaces that object whole: nobody should have to null the queue of a choice he has just left.
 */
export const patchedDocument = (account: Account, patch: unknown): unknown => {
  const document = inputDocumentOf(account)
  const choices = choicesSchema.safeParse(patch)
  if (!choices.success) return mergePatch(document, patch)
  const { dispatching, afterFetch, tooLarge, password } = choices.data
  if (dispatching && dispatching.by !== account.dispatching.by) delete document.dispatching
  if (afterFetch && afterFetch.action !== account.afterFetch.action) delete document.afterFetch
  if (tooLarge && tooLarge.action !== account.tooLarge.action) delete document.tooLarge
  const merged = mergePatch(document, patch)
  // The password is not part of the document, so removing it would pass unnoticed: `null` stays, and is refused as no text.
  return password === null ? { ...documentSchema.parse(merged), password } : merged
}

const documentSchema = z.record(z.string(), z.unknown())
