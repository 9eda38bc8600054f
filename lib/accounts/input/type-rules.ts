import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import { canonicalFolder } from '../fields/texts.ts'
import { type Draft, memberOf } from './account-forms.ts'

/**
 * Checks the rules between the type and other fields. POP3 has no folders (RFC 1939), so POP3 types cannot use any. A
 * message that is moved within its own folder gets a new UID, so every run would collect it again.
 */
export const typeProblems = ({ sent, valid }: Draft): FieldProblem[] => {
  if (valid.type === undefined) return []
  const moves = (['afterFetch', 'tooLarge'] as const).filter((field) => memberOf(sent[field], 'action') === 'move')
  if (accountTypeFacts[valid.type].protocol === 'pop3')
    return [
      ...(sent.folder === undefined ? [] : [{ path: '/folder', message: 'is for IMAP types only' }]),
      ...moves.map((field) => ({ path: `/${field}/action`, message: '`move` is for IMAP types only' })),
    ]
  const source = sent.folder === undefined || sent.folder === null ? 'INBOX' : valid.folder
  const isSource = (target: unknown) => typeof target === 'string' && canonicalFolder(target) === source
  return moves
    .filter((field) => isSource(memberOf(valid[field], 'folder')))
    .map((field) => ({ path: `/${field}/folder`, message: 'must differ from the fetched folder' }))
}
