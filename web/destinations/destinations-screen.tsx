import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useCanChange } from '../api/me.ts'
import { allDestinations, allQueues } from '../api/short-lists.ts'
import { useAddressState } from '../shared/address-state.ts'
import { useIsNarrow } from '../shared/narrow.ts'
import { counted } from '../shared/numbers.ts'
import { PageButton } from '../shared/page-button.tsx'
import { QueryView } from '../shared/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import type { Destination } from './destination.ts'
import { destinationColumns, phoneColumns } from './destination-columns.tsx'
import { kindNames, listTexts as texts } from './texts.ts'

const refreshEvery = 15_000

const DestinationsScreen = () => {
  const query = useQuery({ ...allDestinations, refetchInterval: refreshEvery })
  const canChange = useCanChange()
  const add = canChange && (
    <PageButton to="/destinations/new" variant="primary">
      {texts.add}
    </PageButton>
  )
  return (
    <Screen title={texts.title} description={texts.description} actions={add}>
      <QueryView query={query}>{(destinations) => <List destinations={destinations} add={add} />}</QueryView>
    </Screen>
  )
}

const List = ({ destinations, add }: { destinations: readonly Destination[]; add: ReactNode }) => {
  const [filter, setFilter] = useAddressState('filter')
  const queues = useQuery(allQueues)
  const narrow = useIsNarrow()
  const columns = useMemo(
    () => destinationColumns(new Map(queues.data?.map(({ queueId, name }) => [queueId, name]))),
    [queues.data],
  )
  const wanted = filter.trim().toLowerCase()
  const matching = destinations.filter(({ name, kind, comment, webhook }) =>
    [name, kindNames[kind], comment, webhook?.url ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  )
  const { items, collectionProps } = useCollection(matching, {
    sorting: { defaultState: { sortingColumn: columns[0] ?? {} } },
  })
  return (
    <Table
      {...collectionProps}
      ariaLabels={{ tableLabel: texts.title }}
      header={<Header counter={`(${destinations.length})`}>{texts.title}</Header>}
      filter={
        <TextFilter
          filteringText={filter}
          filteringAriaLabel={texts.filter}
          filteringPlaceholder={texts.filter}
          countText={counted(matching.length, 'match', 'matches')}
          onChange={({ detail }) => setFilter(detail.filteringText)}
        />
      }
      columnDefinitions={columns}
      columnDisplay={columns.map(({ id }) => ({ id, visible: !narrow || phoneColumns.includes(id) }))}
      items={items}
      trackBy="destinationId"
      wrapLines
      empty={
        <Box textAlign="center" padding="l">
          <SpaceBetween size="s">
            <Box variant="strong">{destinations.length === 0 ? texts.none : texts.noMatch}</Box>
            {destinations.length === 0 && <Box color="text-body-secondary">{texts.noneBecause}</Box>}
            {destinations.length === 0 ? add : <Button onClick={() => setFilter('')}>{texts.clear}</Button>}
          </SpaceBetween>
        </Box>
      }
    />
  )
}

export default DestinationsScreen
