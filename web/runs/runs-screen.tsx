import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useInfiniteQuery } from '@tanstack/react-query'
import { SelectField } from '../shared/filters/select-field.tsx'
import { useAddressState } from '../shared/navigation/address-state.ts'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { Screen } from '../shared/screen.tsx'
import { itemsOf, PagedTable } from '../shared/tables/paged-table.tsx'
import { duration, When } from '../shared/words/times.tsx'
import { runFilterOf } from './filter.ts'
import { accountNameOf, type Run, runsQuery } from './queries.ts'
import { RunStateIndicator } from './run-state.tsx'
import { texts } from './texts.ts'

const columns: readonly TableProps.ColumnDefinition<Run>[] = [
  {
    id: 'askedAt',
    header: texts.columns.askedAt,
    cell: ({ runId, askedAt }) => (
      <PageLink to={`/runs/${runId}`}>
        <When at={askedAt} />
      </PageLink>
    ),
    isRowHeader: true,
  },
  {
    id: 'account',
    header: texts.columns.account,
    cell: (run) => <PageLink to={`/accounts/${run.accountId}`}>{accountNameOf(run)}</PageLink>,
  },
  { id: 'state', header: texts.columns.state, cell: ({ state }) => <RunStateIndicator state={state} />, minWidth: 120 },
  { id: 'counts', header: texts.columns.counts, cell: (run) => texts.messageCount(run) },
  {
    id: 'duration',
    header: texts.columns.duration,
    cell: ({ duration: length }) => (length === undefined ? '–' : duration(length)),
  },
  {
    id: 'trigger',
    header: texts.columns.trigger,
    cell: ({ trigger, askedBy }) => (trigger === 'schedule' ? texts.triggers.schedule : askedBy),
  },
  { id: 'error', header: texts.columns.error, cell: ({ error }) => error?.detail ?? '–' },
]

const RunsScreen = () => {
  const [account, setAccount] = useAddressState('account')
  const [state, setState] = useAddressState('state')
  const [trigger, setTrigger] = useAddressState('trigger')
  const [time, setTime] = useAddressState('time')
  const runs = useInfiniteQuery(runsQuery(runFilterOf({ account, state, trigger, time })))
  const [first] = itemsOf(runs.data)
  const isFiltered = account !== '' || state !== '' || trigger !== '' || time !== ''
  return (
    <Screen title={texts.title} description={texts.description}>
      <PagedTable
        title={texts.title}
        query={runs}
        columns={columns}
        narrowColumns={['askedAt', 'account', 'state']}
        idOf={({ runId }) => runId}
        description={account !== '' && texts.filters.oneAccount(first && accountNameOf(first))}
        actions={account !== '' && <Button onClick={() => setAccount('')}>{texts.filters.allAccounts}</Button>}
        empty={isFiltered ? texts.noMatch : texts.empty}
        filter={
          <SpaceBetween direction="horizontal" size="xs">
            <SelectField
              label={texts.filters.state}
              options={{ '': texts.filters.anyState, ...texts.states }}
              value={state}
              onChange={setState}
            />
            <SelectField
              label={texts.filters.trigger}
              options={{ '': texts.filters.anyTrigger, ...texts.triggers }}
              value={trigger}
              onChange={setTrigger}
            />
            <SelectField label={texts.filters.time} options={texts.times} value={time} onChange={setTime} />
          </SpaceBetween>
        }
      />
    </Screen>
  )
}

export default RunsScreen
