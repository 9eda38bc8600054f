import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { Run } from '../../runs/queries.ts'
import { RunStateIndicator } from '../../runs/run-state.tsx'
import { texts as runs } from '../../runs/texts.ts'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { useShownColumns } from '../../shared/tables/shown-columns.ts'
import { When } from '../../shared/words/times.tsx'
import { runTexts as texts } from './texts.ts'

const columns: TableProps.ColumnDefinition<Run>[] = [
  {
    id: 'started',
    header: texts.started,
    isRowHeader: true,
    cell: ({ runId, startedAt, askedAt }) => (
      <PageLink to={`/runs/${runId}`}>
        <When at={startedAt ?? askedAt} />
      </PageLink>
    ),
  },
  {
    id: 'state',
    header: texts.state,
    cell: ({ state }) => <RunStateIndicator state={state} />,
  },
  { id: 'counts', header: texts.counts, cell: runs.messageCount },
  {
    id: 'by',
    header: texts.by,
    cell: ({ trigger, askedBy }) => (trigger === 'schedule' ? texts.schedule : askedBy),
  },
  { id: 'error', header: texts.error, cell: ({ error }) => error?.detail ?? '–' },
]

const narrowColumns = ['started', 'state', 'counts']

export const LastRuns = ({
  accountId,
  runs,
  loading,
}: {
  accountId: string
  runs: readonly Run[]
  loading: boolean
}) => (
  <Table
    items={runs}
    loading={loading}
    loadingText="Loading …"
    trackBy="runId"
    wrapLines
    columnDefinitions={useShownColumns(columns, narrowColumns)}
    header={
      <Header
        variant="h2"
        actions={<PageButton to={`/runs?account=${encodeURIComponent(accountId)}`}>{texts.all}</PageButton>}
      >
        {texts.title}
      </Header>
    }
    empty={texts.none}
  />
)
