import type { Actor } from '../../../lib/audit/audit-entry.ts'
import type { Log } from '../logger.ts'

/**
 * What a person read of the mail, or whose stored credentials a person used. The audit trail records changes, and
 * these are none. It contains ids only, and nothing of the content.
 */
export type Access =
  | { readonly action: 'view-message' | 'download-message'; readonly messageId: string }
  | { readonly action: 'view-attachment' | 'download-attachment'; readonly messageId: string; readonly part: string }
  | { readonly action: 'test-account' | 'examine-account'; readonly accountId: string }

/** Writes the line by which docs/operations.md finds out who read a message or used an account's credentials. */
export const writeAccess = (log: Log, access: Access, { sub }: Pick<Actor, 'sub'>): void =>
  log.info('access to mail or credentials', { audit: true, sub, ...access })
