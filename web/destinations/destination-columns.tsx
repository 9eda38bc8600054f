import Box from '@cloudscape-design/components/box'
import type { TableProps } from '@cloudscape-design/components/table'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { When } from '../shared/words/times.tsx'
import { ConditionView } from './condition-view.tsx'
import { conditionOf, conditions, countText, type Destination, deliveriesPath } from './destination.ts'
import { kindNames, settingTexts, stateTexts, listTexts as texts } from './texts.ts'

type Column = TableProps.ColumnDefinition<Destination> & { id: keyof typeof texts.columns }

const byText =
  (textOf: (destination: Destination) => string) =>
  (a: Destination, b: Destination): number =>
    textOf(a).localeCompare(textOf(b))
const byNumber =
  (numberOf: (destination: Destination) => number | undefined) =>
  (a: Destination, b: Destination): number =>
    (numberOf(a) ?? 0) - (numberOf(b) ?? 0)

/** A number of deliveries that leads to their list. */
const Count = ({ count, to }: { count: number | undefined; to: string }) =>
  count === undefined ? '–' : count === 0 ? '0' : <PageLink to={to}>{countText(count)}</PageLink>

/** @param queueNames by id */
export const destinationColumns = (queueNames: ReadonlyMap<string, string>): readonly Column[] => [
  {
    id: 'name',
    header: texts.columns.name,
    cell: ({ destinationId, name, comment }) => (
      <>
        <PageLink to={`/destinations/${destinationId}`}>{name}</PageLink>
        {comment !== '' && (
          <Box fontSize="body-s" color="text-body-secondary">
            {comment}
          </Box>
        )}
      </>
    ),
    minWidth: 180,
    sortingComparator: byText(({ name }) => name),
    isRowHeader: true,
  },
  {
    id: 'kind',
    header: texts.columns.kind,
    cell: ({ kind }) => kindNames[kind],
    sortingComparator: byText(({ kind }) => kind),
  },
  {
    id: 'state',
    header: texts.columns.state,
    cell: (destination) => <ConditionView destination={destination} />,
    minWidth: 150,
    sortingComparator: byNumber((destination) => conditions.indexOf(conditionOf(destination))),
  },
  {
    id: 'receives',
    header: texts.columns.receives,
    cell: ({ selection: { queueIds } }) =>
      queueIds === 'all' ? settingTexts.allQueues : queueIds.map((id) => queueNames.get(id) ?? id).join(', '),
  },
  {
    id: 'waiting',
    header: texts.columns.waiting,
    cell: ({ destinationId, status }) => (
      <Count count={status.figures?.open} to={deliveriesPath(destinationId, 'open')} />
    ),
    sortingComparator: byNumber(({ status }) => status.figures?.open),
  },
  {
    id: 'oldest',
    header: texts.columns.oldest,
    cell: ({ status }) => <When at={status.figures?.oldestOpenAt} />,
    sortingComparator: byText(({ status }) => status.figures?.oldestOpenAt ?? ''),
  },
  {
    id: 'inDoubt',
    header: texts.columns.inDoubt,
    cell: ({ destinationId, status }) => (
      <Count count={status.figures?.inDoubt} to={deliveriesPath(destinationId, 'in-doubt')} />
    ),
    sortingComparator: byNumber(({ status }) => status.figures?.inDoubt),
  },
  {
    id: 'quarantined',
    header: texts.columns.quarantined,
    cell: ({ destinationId, status }) => (
      <Count count={status.figures?.quarantined} to={deliveriesPath(destinationId, 'quarantined')} />
    ),
    sortingComparator: byNumber(({ status }) => status.figures?.quarantined),
  },
  {
    id: 'seen',
    header: texts.columns.seen,
    cell: ({ kind, status }) =>
      status.agent ? <When at={status.agent.lastSeenAt} /> : kind === 'pull' ? stateTexts.never : '–',
    sortingComparator: byText(({ status }) => status.agent?.lastSeenAt ?? ''),
  },
]

export const phoneColumns: readonly string[] = ['name', 'state', 'waiting']
