import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useAddressState } from '../shared/address-state.ts'
import { useIsNarrow } from '../shared/narrow.ts'
import { ProblemAlert } from '../shared/problem-alert.tsx'
import { Screen } from '../shared/screen.tsx'
import { deliveryColumns, visibleColumns } from './delivery-columns.tsx'
import { DeliveryFilters } from './delivery-filters.tsx'
import { type ChosenFilters, queryOf } from './filters.ts'
import { deliveriesQuery } from './queries.ts'
import { listTexts as texts } from './texts.ts'

const DeliveriesScreen = () => {
  const { chosen, set, clear } = useFilters()
  const [page, setPage] = useState(1)
  const { destination, state, period, find } = chosen
  // The period ends when it was chosen. Otherwise, each moment would be another query.
  const query = useMemo(
    () => queryOf({ destination, state, period, find }, Date.now()),
    [destination, state, period, find],
  )
  const list = useInfiniteQuery(deliveriesQuery(query))
  const pages = list.data?.pages ?? []
  const current = Math.min(page, Math.max(pages.length, 1))
  const isFiltered = Object.values(chosen).some((value) => value !== '')
  return (
    <Screen title={texts.title} description={texts.description}>
      <SpaceBetween size="l">
        {list.isError && <ProblemAlert thrown={list.error} onRetry={() => void list.refetch()} />}
        <Table
          ariaLabels={{ tableLabel: texts.title }}
          header={
            <Header
              actions={
                <Button
                  iconName="refresh"
                  ariaLabel={texts.refresh}
                  loading={list.isRefetching}
                  onClick={() => void list.refetch()}
                />
              }
            >
              {texts.title}
            </Header>
          }
          filter={
            <DeliveryFilters
              chosen={chosen}
              onChange={(name, value) => {
                setPage(1)
                set(name, value)
              }}
            />
          }
          pagination={
            <Pagination
              currentPageIndex={current}
              pagesCount={Math.max(pages.length, 1)}
              openEnd={list.hasNextPage}
              disabled={list.isFetchingNextPage}
              onChange={({ detail: { currentPageIndex } }) => {
                setPage(currentPageIndex)
                if (currentPageIndex > pages.length && list.hasNextPage) void list.fetchNextPage()
              }}
            />
          }
          columnDefinitions={deliveryColumns}
          columnDisplay={useColumnDisplay()}
          items={pages[current - 1]?.items ?? []}
          trackBy="deliveryId"
          loading={list.isPending || list.isFetchingNextPage}
          loadingText="Loading …"
          wrapLines
          variant="container"
          empty={<Nothing isFiltered={isFiltered} onClear={clear} />}
        />
      </SpaceBetween>
    </Screen>
  )
}

const useColumnDisplay = () => {
  const visible = visibleColumns(useIsNarrow())
  return deliveryColumns.map(({ id }) => ({ id, visible: visible.includes(id) }))
}

const useFilters = () => {
  const [destination, setDestination] = useAddressState('destination')
  const [state, setState] = useAddressState('state')
  const [period, setPeriod] = useAddressState('period')
  const [find, setFind] = useAddressState('find')
  const setters = { destination: setDestination, state: setState, period: setPeriod, find: setFind }
  const set = (name: keyof ChosenFilters, value: string) => setters[name](value)
  const clear = () => {
    for (const setter of Object.values(setters)) setter('')
  }
  return { chosen: { destination, state, period, find }, set, clear }
}

const Nothing = ({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) => (
  <Box textAlign="center" padding="l">
    <Box variant="strong">{isFiltered ? texts.noMatch : texts.none}</Box>
    <Box variant="p">{isFiltered ? texts.noMatchBecause : texts.noneBecause}</Box>
    {isFiltered && <Button onClick={onClear}>{texts.clear}</Button>}
  </Box>
)

export default DeliveriesScreen
