import Box from '@cloudscape-design/components/box'
import type { TableProps } from '@cloudscape-design/components/table'
import { ValidityStatus } from '../../shared/forms/validity.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { When } from '../../shared/words/times.tsx'
import type { AccountSummary } from '../summaries.ts'
import { HealthCell } from './health-cell.tsx'
import { texts } from './texts.ts'

type Column = TableProps.ColumnDefinition<AccountSummary>

const by =
  (value: (account: AccountSummary) => string) =>
  (a: AccountSummary, b: AccountSummary): number => {
    const [left, right] = [value(a), value(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }

/** Sorting by health brings what needs attention to the top. */
const urgency = ['failing', 'warning', 'waiting', 'ok', 'not-fetched']

export const mailboxOf = ({ mailbox, username }: AccountSummary): string => mailbox ?? username

const queueOf = ({ dispatching }: AccountSummary): string =>
  dispatching.by === 'queue' ? (dispatching.queueName ?? dispatching.queueId) : texts.byToField

export const columns: readonly Column[] = [
  {
    id: 'account',
    header: texts.columns.account,
    isRowHeader: true,
    sortingComparator: by((account) => `${mailboxOf(account)} ${account.host}`.toLowerCase()),
    cell: (account) => (
      <>
        <PageLink to={`/accounts/${account.accountId}`}>{mailboxOf(account)}</PageLink>
        <Box color="text-body-secondary" fontSize="body-s">
          {account.host}
        </Box>
      </>
    ),
  },
  { id: 'type', header: texts.columns.type, sortingField: 'type', cell: ({ type }) => type },
  {
    id: 'health',
    header: texts.columns.health,
    sortingComparator: (a, b) =>
      urgency.indexOf(a.health.state) - urgency.indexOf(b.health.state) || by(({ health }) => health.since ?? '')(a, b),
    cell: (account) => <HealthCell account={account} />,
    minWidth: 180,
  },
  { id: 'queue', header: texts.columns.queue, sortingComparator: by(queueOf), cell: queueOf },
  {
    id: 'lastFetch',
    header: texts.columns.lastFetch,
    sortingComparator: by(({ lastRun }) => lastRun?.endedAt ?? ''),
    minWidth: 110,
    cell: ({ lastRun }) =>
      lastRun ? (
        <>
          <PageLink to={`/runs/${lastRun.runId}`}>
            <When at={lastRun.endedAt} />
          </PageLink>
          <Box color="text-body-secondary" fontSize="body-s">
            {texts.stored(lastRun.stored)}
          </Box>
        </>
      ) : (
        texts.neverFetched
      ),
  },
  {
    id: 'oldestWaiting',
    header: texts.columns.oldestWaiting,
    sortingComparator: by(({ oldestWaitingAt }) => oldestWaitingAt ?? '~'),
    cell: ({ oldestWaitingAt }) => <When at={oldestWaitingAt} />,
  },
  {
    id: 'validity',
    header: texts.columns.validity,
    sortingField: 'validity',
    cell: ({ validity }) => <ValidityStatus validity={validity} />,
    minWidth: 130,
  },
  {
    id: 'comment',
    header: texts.columns.comment,
    sortingField: 'comment',
    cell: ({ comment }) => comment || '–',
    minWidth: 140,
  },
]
