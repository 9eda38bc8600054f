import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../api/me.ts'
import { ProblemAlert } from '../shared/feedback/problem-alert.tsx'
import { useIsNarrow } from '../shared/narrow.ts'
import { Screen } from '../shared/screen.tsx'
import { EmptyTable } from '../shared/tables/empty-table.tsx'
import { LoadMore } from '../shared/tables/load-more.tsx'
import { itemsOf } from '../shared/tables/paged-table.tsx'
import { useShownColumns } from '../shared/tables/shown-columns.ts'
import { When } from '../shared/words/times.tsx'
import { type BulkAction, BulkDialog } from './bulk-dialog.tsx'
import { idOf, type QuarantineItem, sinceOf, triesOf } from './item.ts'
import { ItemActions, useSettle } from './item-actions.tsx'
import { MessageCell, nameOf, ReasonCell, WhereCell, WholeCell } from './item-cells.tsx'
import { quarantineQuery } from './queries.ts'
import { quarantineTexts as texts } from './texts.ts'

const QuarantineScreen = () => {
  const list = useInfiniteQuery(quarantineQuery)
  const items = itemsOf(list.data)
  const canChange = useCanChange()
  const [selectedIds, setSelectedIds] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<{ action: BulkAction; items: readonly QuarantineItem[] }>()
  // What was decided meanwhile is no longer selected.
  const selected = items.filter((item) => selectedIds.has(idOf(item)))
  const settle = useSettle()
  const bulk = (action: BulkAction) => (
    <Button disabled={selected.length === 0} onClick={() => setAsked({ action, items: selected })}>
      {texts[action]}
    </Button>
  )
  return (
    <Screen
      title={texts.title}
      description={texts.description}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel={texts.refresh}
            loading={list.isRefetching}
            onClick={() => void list.refetch()}
          />
          {canChange && bulk('retry')}
          {canChange && bulk('handle')}
        </SpaceBetween>
      }
    >
      <SpaceBetween size="s">
        {list.isError && <ProblemAlert thrown={list.error} onRetry={() => void list.refetch()} />}
        <Table
          {...(canChange && { selectionType: 'multi' as const })}
          selectedItems={selected}
          onSelectionChange={({ detail }) => setSelectedIds(new Set(detail.selectedItems.map(idOf)))}
          ariaLabels={{
            tableLabel: texts.title,
            selectionGroupLabel: 'Selection',
            allItemsSelectionLabel: () => 'Select all',
            itemSelectionLabel: (_, item) => `Select ${nameOf(item)}`,
          }}
          items={items}
          columnDefinitions={useColumns(canChange)}
          trackBy={idOf}
          loading={list.isPending}
          loadingText="Loading …"
          wrapLines
          empty={<EmptyTable>{list.isError ? '' : texts.empty}</EmptyTable>}
        />
        <LoadMore list={list} />
      </SpaceBetween>
      {asked && (
        <BulkDialog
          {...asked}
          onSettled={() => {
            setSelectedIds(new Set())
            settle()
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Screen>
  )
}

const onPhones: readonly string[] = ['message', 'actions']

const useColumns = (canChange: boolean): readonly TableProps.ColumnDefinition<QuarantineItem>[] => {
  const narrow = useIsNarrow()
  const columns: TableProps.ColumnDefinition<QuarantineItem>[] = [
    {
      id: 'message',
      header: texts.columns.message,
      cell: (item) => (narrow ? <WholeCell item={item} /> : <MessageCell item={item} />),
      isRowHeader: true,
    },
    { id: 'where', header: texts.columns.where, cell: (item) => <WhereCell item={item} /> },
    { id: 'reason', header: texts.columns.reason, cell: (item) => <ReasonCell item={item} />, minWidth: 220 },
    { id: 'since', header: texts.columns.since, cell: (item) => <When at={sinceOf(item)} /> },
    { id: 'tries', header: texts.columns.tries, cell: triesOf },
    {
      id: 'actions',
      header: texts.columns.actions,
      cell: (item) => <ItemActions item={item} canChange={canChange} />,
      minWidth: 80,
    },
  ]
  return useShownColumns(columns, onPhones)
}

export default QuarantineScreen
