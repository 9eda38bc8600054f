import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { ProblemAlert } from '../feedback/problem-alert.tsx'
import { EmptyTable } from './empty-table.tsx'
import { LoadMore } from './load-more.tsx'
import { useShownColumns } from './shown-columns.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/**
 * The API looks at a limited number of rows per request, so that a page can be empty although more items follow. The
 * table continues automatically until it has this many items, and for at most this many pages.
 */
const enoughItems = 20
const mostPagesAtOnce = 10

interface PagedTableProps<T> {
  title: string
  query: UseInfiniteQueryResult<InfiniteData<Page<T>>>
  columns: readonly TableProps.ColumnDefinition<T>[]
  /** The ids of the columns that a narrow window shows. All of them by default. */
  narrowColumns?: readonly string[]
  idOf: (item: T) => string
  filter?: ReactNode
  empty: ReactNode
  actions?: ReactNode
  description?: ReactNode
  /** Narrows the loaded items, for a text that the API cannot search. */
  isShown?: (item: T) => boolean
}

export const itemsOf = <T,>(data: InfiniteData<Page<T>> | undefined): readonly T[] =>
  data?.pages.flatMap(({ items }) => items) ?? []

/** A list that the API returns in pages, newest first. More items are loaded on request. */
export const PagedTable = <T,>(props: PagedTableProps<T>) => {
  const { query } = props
  const columns = useShownColumns(props.columns, props.narrowColumns)
  const items = itemsOf(query.data)
  const pages = query.data?.pages.length ?? 0
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError && items.length < enoughItems && pages > 0 && pages < mostPagesAtOnce)
      void fetchNextPage()
  }, [hasNextPage, isFetching, isError, items.length, pages, fetchNextPage])
  if (query.isError && query.data === undefined)
    return <ProblemAlert thrown={query.error} onRetry={() => void query.refetch()} />
  const isLooking = query.isPending || (items.length === 0 && query.isFetchingNextPage)
  return (
    <SpaceBetween size="s">
      <Table
        items={props.isShown ? items.filter(props.isShown) : items}
        columnDefinitions={columns}
        trackBy={props.idOf}
        loading={isLooking}
        loadingText="Loading …"
        wrapLines
        variant="borderless"
        header={
          <Header
            variant="h2"
            actions={props.actions}
            description={props.description}
            counter={query.data && `(${items.length}${hasNextPage ? '+' : ''})`}
          >
            {props.title}
          </Header>
        }
        filter={props.filter}
        empty={<EmptyTable>{props.empty}</EmptyTable>}
      />
      {query.isError && <ProblemAlert thrown={query.error} onRetry={() => void query.fetchNextPage()} />}
      {!isLooking && <LoadMore list={query} />}
    </SpaceBetween>
  )
}
