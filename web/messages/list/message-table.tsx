import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { accountSummaries } from '../../accounts/summaries.ts'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { useFilters } from '../../shared/filters/use-filters.ts'
import { useIsNarrow } from '../../shared/narrow.ts'
import { useAddressState } from '../../shared/navigation/address-state.ts'
import { LoadMore } from '../../shared/tables/load-more.tsx'
import { itemsOf } from '../../shared/tables/paged-table.tsx'
import { accountName } from '../../shared/words/account-name.ts'
import { messageList } from '../queries.ts'
import { listTexts } from '../texts.ts'
import { narrowColumns, wideColumns } from './columns.tsx'
import { EmptyList } from './empty-list.tsx'
import { FilterBar } from './filter-bar.tsx'
import { filtersOf, noFilters, withFilters } from './filters.ts'
import { matching } from './text-filter.ts'

/** The stored messages: filters that the API applies, and a text filter over what is loaded. */
export const MessageTable = () => {
  const [filters, change] = useFilters({ filtersOf, withFilters })
  const [text, setText] = useAddressState('text')
  const list = useInfiniteQuery(messageList(filters))
  const accounts = useQuery(accountSummaries).data?.accounts
  const loaded = itemsOf(list.data)
  const shown = matching(loaded, text, (accountId) => {
    const account = accounts?.get(accountId)
    return account ? accountName(account) : ''
  })
  const clear = () => {
    setText('')
    change(noFilters)
  }
  const columns = useIsNarrow() ? narrowColumns : wideColumns
  const hasMore = list.hasNextPage
  return (
    <SpaceBetween size="m">
      {list.isError && <ProblemAlert thrown={list.error} onRetry={() => void list.refetch()} />}
      <Table
        items={shown}
        columnDefinitions={columns}
        trackBy="messageId"
        loading={list.isPending && !list.isError}
        loadingText="Loading the messages …"
        wrapLines
        variant="container"
        ariaLabels={{ tableLabel: listTexts.title }}
        header={
          <Header
            variant="h2"
            counter={list.data && `(${loaded.length}${hasMore ? '+' : ''})`}
            actions={
              <Button
                iconName="refresh"
                loading={list.isRefetching}
                loadingText={listTexts.refreshing}
                onClick={() => void list.refetch()}
              >
                {listTexts.refresh}
              </Button>
            }
          >
            {listTexts.stored}
          </Header>
        }
        filter={
          <FilterBar
            filters={filters}
            onChange={change}
            text={text}
            onTextChange={setText}
            loaded={loaded.length}
            matches={shown.length}
          />
        }
        empty={<EmptyList filters={filters} loaded={loaded.length} hasMore={hasMore} onClear={clear} />}
        footer={
          list.data && (
            <SpaceBetween size="xs">
              <Box textAlign="center" color="text-body-secondary">
                {hasMore ? listTexts.loaded(loaded.length) : listTexts.complete(loaded.length)}
              </Box>
              <LoadMore list={list} />
            </SpaceBetween>
          )
        }
      />
    </SpaceBetween>
  )
}
