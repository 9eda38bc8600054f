import { accountTypeFacts } from '../../../lib/mailbox/account-type.ts'
import type { ConnectionTest } from '../../../lib/mailbox/probe/connection-test.ts'
import { plain } from '../../terminal/text.ts'
import { startFromOf } from '../account-options.ts'
import type { ServerAnswers } from './ask-server.ts'
import type { Questions } from './questions.ts'

export interface FetchingAnswers {
  readonly afterFetch: { readonly action: 'delete' | 'keep' } | { readonly action: 'move'; readonly folder: string }
  readonly startFrom: ReturnType<typeof startFromOf>
}

/** Asks which mail is collected and what then happens to it on the server. POP3 has no folders to move it to. */
export const askFetching = async (
  questions: Questions,
  { type }: Pick<ServerAnswers, 'type'>,
  former: Partial<FetchingAnswers>,
): Promise<FetchingAnswers> => {
  const imap = accountTypeFacts[type].protocol === 'imap'
  const start = await questions.choose(
    'Which mail should be fetched?',
    [
      { value: 'everything', name: 'all mail' },
      { value: 'new', name: 'only new mail that arrives from now on' },
      { value: 'since', name: 'mail that arrived since a certain day' },
    ],
    typeof former.startFrom === 'object' ? 'since' : former.startFrom,
  )
  const startFrom =
    start === 'since'
      ? startFromOf(
          await questions.text('First day:', {
            preset: typeof former.startFrom === 'object' ? former.startFrom.since.slice(0, 10) : undefined,
            check: (day) => (startFromOf(day) === undefined ? 'Enter a day such as 2026-03-02.' : undefined),
          }),
        )
      : startFromOf(start)
  const action = await questions.choose<FetchingAnswers['afterFetch']['action']>(
    'What should happen to mail after it has been fetched and stored?',
    [
      { value: 'delete', name: 'delete it from the server' },
      { value: 'keep', name: 'keep it on the server' },
      ...(imap ? [{ value: 'move', name: 'move it to another folder' } as const] : []),
    ],
    former.afterFetch?.action,
  )
  if (action !== 'move') return { startFrom, afterFetch: { action } }
  const folder = await questions.text('Folder for fetched mail:', {
    preset: former.afterFetch?.action === 'move' ? former.afterFetch.folder : undefined,
    check: (name) => (name === '' ? 'Enter a folder.' : undefined),
  })
  return { startFrom, afterFetch: { action, folder } }
}

/** With OAuth2 the first login happens after the account is saved, so a skipped login is not a failure. */
export const loginComesLater = ({ steps }: Pick<ConnectionTest, 'steps'>): boolean =>
  steps.some(({ code }) => code === 'consent-missing' || code === 'not-saved') &&
  steps.every(({ state }) => state !== 'failed')

/** @returns a summary of what will be fetched, to show before the account is saved */
export const prospectOf = (
  test: Pick<ConnectionTest, 'steps' | 'waiting'> | undefined,
  { startFrom, afterFetch }: FetchingAnswers,
): string => {
  const waiting = test?.waiting
  const unknown =
    test && loginComesLater(test)
      ? 'The number of waiting messages will be known after the first login.'
      : 'The number of waiting messages is not known, because no test has passed.'
  const found =
    waiting === undefined
      ? unknown
      : `${waiting.count} ${waiting.count === 1 ? 'message is' : 'messages are'} waiting${waiting.oldestAt === undefined ? '' : `, the oldest since ${plain(waiting.oldestAt.slice(0, 10))}`}.`
  const which =
    startFrom === 'new'
      ? 'Only mail that arrives from now on will be fetched'
      : typeof startFrom === 'object'
        ? `Mail that arrived since ${startFrom.since.slice(0, 10)} will be fetched`
        : 'All mail will be fetched'
  const then = {
    delete: 'and then deleted from the server',
    keep: 'and kept on the server',
    move: `and then moved to ${afterFetch.action === 'move' ? plain(afterFetch.folder) : ''}`,
  }[afterFetch.action]
  return `${found} ${which} ${then}.`
}
