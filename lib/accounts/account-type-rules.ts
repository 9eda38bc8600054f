import * as z from 'zod'
import type { FieldProblem } from '../problems/problem.ts'
import { folderSchema } from './account-texts.ts'
import { accountTypeFacts, accountTypes } from './account-type.ts'

const actionSchema = z.object({ action: z.unknown(), folder: z.unknown().optional() }).optional().catch(undefined)

/** Reads what it can of a body that may be wrong elsewhere; what cannot be read is reported by the schema itself. */
const relevantSchema = z.object({
  type: z.enum(accountTypes),
  folder: z.unknown().optional(),
  afterFetch: actionSchema,
  tooLarge: actionSchema,
})

/** Rules between the type and other fields: POP3 knows no folders (RFC 1939), so none can be chosen or moved to. */
export const typeRuleProblems = (raw: unknown): FieldProblem[] => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success) return []
  const { type, folder } = read.data
  const moves = (['afterFetch', 'tooLarge'] as const).flatMap((field) =>
    read.data[field]?.action === 'move' ? [{ field, target: read.data[field]?.folder }] : [],
  )
  if (accountTypeFacts(type).protocol === 'imap')
    return moves.flatMap(({ field, target }) => moveTargetProblems(`/${field}/folder`, folder, target))
  return [
    ...(folder === undefined ? [] : [{ path: '/folder', message: 'is for IMAP types only' }]),
    ...moves.map(({ field }) => ({ path: `/${field}/action`, message: '`move` is for IMAP types only' })),
  ]
}

/** A message moved into the folder it came from gets a new UID there and would be collected again and again. */
const moveTargetProblems = (path: string, source: unknown, target: unknown): FieldProblem[] => {
  const read = folderSchema.safeParse(target, { error: () => 'is not a folder name' })
  // Missing, too long or no text: the account's schema says so.
  if (!read.success)
    return read.error.issues.filter((issue) => issue.code === 'custom').map(({ message }) => ({ path, message }))
  const from = folderSchema.safeParse(source ?? 'INBOX')
  return from.success && from.data === read.data
    ? [{ path, message: 'must be another folder than the one fetched' }]
    : []
}
