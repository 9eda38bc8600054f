import * as z from 'zod'
import type { FieldProblem } from '../problems/problem.ts'
import { folderSchema } from './account-texts.ts'
import { accountTypeFacts, accountTypes } from './account-type.ts'

/** Reads what it can of a body that may be wrong elsewhere; what cannot be read is reported by the schema itself. */
const relevantSchema = z.object({
  type: z.enum(accountTypes),
  folder: z.unknown().optional(),
  afterFetch: z.object({ action: z.unknown(), folder: z.unknown().optional() }).optional().catch(undefined),
})

/** Rules between the type and other fields: POP3 knows no folders (RFC 1939), so none can be chosen or moved to. */
export const typeRuleProblems = (raw: unknown): FieldProblem[] => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success) return []
  const { type, folder, afterFetch } = read.data
  if (accountTypeFacts(type).protocol === 'pop3')
    return [
      ...(folder === undefined ? [] : [{ path: '/folder', message: 'is for IMAP types only' }]),
      ...(afterFetch?.action === 'move'
        ? [{ path: '/afterFetch/action', message: '`move` is for IMAP types only' }]
        : []),
    ]
  return afterFetch?.action === 'move' ? moveTargetProblems(folder, afterFetch.folder) : []
}

/** A message moved into the folder it came from gets a new UID there and would be collected again and again. */
const moveTargetProblems = (source: unknown, target: unknown): FieldProblem[] => {
  const path = '/afterFetch/folder'
  const read = folderSchema.safeParse(target, { error: () => 'is not a folder name' })
  // Missing, too long or no text: the account's schema says so.
  if (!read.success)
    return read.error.issues.filter((issue) => issue.code === 'custom').map(({ message }) => ({ path, message }))
  const from = folderSchema.safeParse(source ?? 'INBOX')
  return from.success && from.data === read.data
    ? [{ path, message: 'must be another folder than the one fetched' }]
    : []
}
