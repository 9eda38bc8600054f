import { useCollection } from '@cloudscape-design/collection-hooks'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemAlert } from '../feedback/problem-alert.tsx'
import { useAddressText } from '../navigation/address-state.ts'
import { counted } from '../words/numbers.ts'
import { EmptyTable } from './empty-table.tsx'
import { useShownColumns } from './shown-columns.ts'

const pageSize = 50

interface ListTableProps<T> {
  title: string
  query: UseQueryResult<readonly T[]>
  columns: readonly TableProps.ColumnDefinition<T>[]
  idOf: (item: T) => string
  /** What the text filter searches. */
  textOf: (item: T) => string
  filterPlaceholder: string
  /** Name of the filter in the address. */
  filterName: string
  empty: ReactNode
  noMatch: string
  actions?: ReactNode
  /** The ids of the columns that a narrow window shows. All of them by default. */
  narrowColumns?: readonly string[]
  /** The column that the list is sorted by at first. */
  sortedBy?: string
}

/** A complete list in the browser: filter as you type (kept in the address), sort, pages of 50, empty and no-match states. */
export const ListTable = <T,>({
  title,
  query,
  columns,
  idOf,
  textOf,
  filterPlaceholder,
  filterName,
  empty,
  noMatch,
  actions,
  narrowColumns,
  sortedBy,
}: ListTableProps<T>) => {
  const [filter, setFilter] = useAddressText(filterName)
  const shown = useShownColumns(columns, narrowColumns)
  const needle = filter.trim().toLowerCase()
  const matching = (query.data ?? []).filter((item) => textOf(item).toLowerCase().includes(needle))
  const sortingColumn = columns.find(({ id }) => id === sortedBy)
  const { items, collectionProps, paginationProps } = useCollection(matching, {
    pagination: { pageSize },
    sorting: sortingColumn ? { defaultState: { sortingColumn } } : {},
  })
  if (query.isError && query.data === undefined)
    return <ProblemAlert thrown={query.error} onRetry={() => void query.refetch()} />
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={shown}
      trackBy={idOf}
      loading={query.isPending}
      loadingText="Loading …"
      wrapLines
      variant="embedded"
      header={
        <Header variant="h2" actions={actions} counter={query.data && `(${query.data.length})`}>
          {title}
        </Header>
      }
      filter={
        <TextFilter
          filteringText={filter}
          onChange={({ detail }) => setFilter(detail.filteringText)}
          filteringPlaceholder={filterPlaceholder}
          filteringAriaLabel={filterPlaceholder}
          countText={filter === '' ? '' : counted(matching.length, 'match', 'matches')}
        />
      }
      pagination={matching.length > pageSize && <Pagination {...paginationProps} />}
      empty={
        filter === '' ? (
          <EmptyTable>{empty}</EmptyTable>
        ) : (
          <EmptyTable>
            <span>{noMatch}</span>
            <Button onClick={() => setFilter('')}>Clear filter</Button>
          </EmptyTable>
        )
      }
    />
  )
}
