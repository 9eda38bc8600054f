import * as z from 'zod'
import { accountTypeFacts, accountTypes } from '../../mailbox/account-type.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import { folderSchema } from '../fields/texts.ts'

const actionSchema = z.object({ action: z.unknown(), folder: z.unknown().optional() }).optional().catch(undefined)

/** Reads the valid parts of a body. The schema itself reports the invalid parts. */
const relevantSchema = z.object({
  type: z.enum(accountTypes),
  folder: z.unknown().optional(),
  afterFetch: actionSchema,
  tooLarge: actionSchema,
})

/** Checks the rules between the type and other fields. POP3 has no folders (RFC 1939), so POP3 types cannot use any. */
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

/** A message that is moved within its own folder gets a new UID, so every run would collect it again. */
const moveTargetProblems = (path: string, source: unknown, target: unknown): FieldProblem[] => {
  const read = folderSchema.safeParse(target, { error: () => 'is not a folder name' })
  // The account's schema reports a target that is missing, too long or not a string.
  if (!read.success)
    return read.error.issues.filter((issue) => issue.code === 'custom').map(({ message }) => ({ path, message }))
  const from = folderSchema.safeParse(source ?? 'INBOX')
  return from.success && from.data === read.data ? [{ path, message: 'must differ from the fetched folder' }] : []
}
