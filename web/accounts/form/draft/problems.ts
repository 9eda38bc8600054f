import { accountTypes } from '../../account-types.ts'
import type { AccountDraft } from './draft.ts'

export interface FieldProblem {
  /** A JSON pointer into the request body. */
  readonly path: FieldPointer
  readonly message: string
}

/** The fields of the form. A problem of any other field is shown above the buttons. */
export const fieldPointers = [
  '/type',
  '/host',
  '/port',
  '/authentication',
  '/username',
  '/password',
  '/profileId',
  '/mailbox',
  '/folder',
  '/dispatching',
  '/trusted',
  '/afterFetch',
  '/startFrom',
  '/validity',
  '/comment',
  '/maxMessageSize',
  '/tooLarge',
  '/customCa',
] as const
export type FieldPointer = (typeof fieldPointers)[number]

/** The fields that a connection test needs. */
export const loginPointers: readonly FieldPointer[] = [
  '/type',
  '/host',
  '/port',
  '/username',
  '/password',
  '/profileId',
]

/** What the stored password depends on. */
export type StoredLogin = Pick<AccountDraft, 'authentication' | 'host' | 'type'>

/**
 * @returns why the password must be typed, in the words of a field error; undefined if the stored one stays
 * @param stored the stored account; undefined for a new one
 */
export const passwordNeeded = (draft: AccountDraft, stored: StoredLogin | undefined): string | undefined => {
  if (draft.authentication !== 'password') return undefined
  if (stored?.authentication !== 'password') return 'Enter the password.'
  if (draft.host.trim().toLowerCase() !== stored.host.toLowerCase())
    return 'Enter the password again, because Postmaster never sends a stored password to another host.'
  if (accountTypes[stored.type].isEncrypted && !accountTypes[draft.type].isEncrypted)
    return 'Enter the password again, because Postmaster never sends a stored password without encryption.'
  return undefined
}

/** @returns what is missing or cannot be sent as it is. The API checks everything else. */
export const problemsOf = (
  draft: AccountDraft,
  stored: StoredLogin | undefined,
  /** Whether the host may be empty, because the provider of the profile proposes one. */
  hostIsProposed: boolean,
): FieldProblem[] => {
  const problems: FieldProblem[] = []
  const check = (path: FieldPointer, isWrong: boolean, message: string): void => {
    if (isWrong) problems.push({ path, message })
  }
  const isOAuth2 = draft.authentication === 'oauth2'
  const { isImap } = accountTypes[draft.type]
  check('/host', draft.host.trim() === '' && !(isOAuth2 && hostIsProposed), 'Enter the host name of the mail server.')
  check('/port', draft.port.trim() !== '' && !/^\s*\d{1,5}\s*$/.test(draft.port), 'Enter a number from 1 to 65535.')
  check('/username', draft.username.trim() === '', 'Enter the user name.')
  check('/profileId', isOAuth2 && draft.profileId === '', 'Choose a profile.')
  const password = draft.password === '' ? passwordNeeded(draft, stored) : undefined
  check('/password', password !== undefined, password ?? '')
  check('/dispatching', draft.dispatchingBy === 'queue' && draft.queueId === '', 'Choose a queue.')
  check('/afterFetch', isImap && draft.afterFetch === 'move' && draft.moveTo === '', 'Enter a folder.')
  check('/tooLarge', isImap && draft.tooLarge === 'move' && draft.tooLargeTo === '', 'Enter a folder.')
  check('/startFrom', draft.startFrom === 'since' && draft.since === '', 'Choose a day.')
  const size = draft.maxMessageSize.trim()
  check('/maxMessageSize', size !== '' && !(Number(size) > 0), 'Enter a number, such as 150.')
  return problems
}
