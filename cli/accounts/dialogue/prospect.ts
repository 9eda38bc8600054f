import type { ConnectionTest } from '../../../lib/mailbox/probe/connection-test.ts'
import { numberText } from '../../api/answers.ts'
import { plain } from '../../terminal/text.ts'
import type { AccountDraft } from './settings/draft.ts'

/** With OAuth2 the first login happens after the account is saved, so a skipped login is not a failure. */
export const loginComesLater = ({ steps }: Pick<ConnectionTest, 'steps'>): boolean =>
  steps.some(({ code }) => code === 'consent-missing' || code === 'not-saved') &&
  steps.every(({ state }) => state !== 'failed')

/** @returns a summary of what will be fetched, to show before the account is saved */
export const prospectOf = (
  test: Pick<ConnectionTest, 'steps' | 'waiting'> | undefined,
  { startFrom = 'everything', afterFetch = { action: 'delete' }, validity = 'valid' }: AccountDraft,
): string => {
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
  const when = validity === 'valid' ? '' : ' once the account is valid'
  return `${foundOf(test)} ${which}${when} ${then}.`
}

const foundOf = (test: Pick<ConnectionTest, 'steps' | 'waiting'> | undefined): string => {
  if (!test?.waiting)
    return test && loginComesLater(test)
      ? 'The number of waiting messages will be known after the first login.'
      : 'The number of waiting messages is not known, because no test has passed.'
  const { count, oldestAt } = test.waiting
  const oldest = oldestAt === undefined ? '' : `, the oldest since ${plain(oldestAt.slice(0, 10))}`
  return `${numberText(count)} ${count === 1 ? 'message is' : 'messages are'} waiting${oldest}.`
}
