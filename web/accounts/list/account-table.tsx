import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useDeferredValue, useMemo } from 'react'
import { useAddressState, useAddressText } from '../../shared/navigation/address-state.ts'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { EmptyTable } from '../../shared/tables/empty-table.tsx'
import { useShownColumns } from '../../shared/tables/shown-columns.ts'
import { accountName } from '../../shared/words/account-name.ts'
import { counted } from '../../shared/words/numbers.ts'
import type { AccountSummaries, AccountSummary } from '../summaries.ts'
import { columns } from './columns.tsx'
import { FetchSelectedButton } from './fetch-selected-button.tsx'
import { isInPart, isPart, matching, type Part } from './filter.ts'
import { RowMenu } from './row-menu.tsx'
import { texts } from './texts.ts'
import { useRowActions } from './use-row-actions.tsx'

const pageSize = 50
const narrowColumns = ['account', 'health', 'actions']
const none: readonly AccountSummary[] = []
const sortedBy = columns.find(({ id }) => id === 'account')

interface AccountTableProps {
  accounts: AccountSummaries
  canChange: boolean
}

/** All accounts: filter as you type, sort, pages of 50, and what to do with one or several of them. */
export const AccountTable = ({ accounts: { accounts: byId, isComplete }, canChange }: AccountTableProps) => {
  const accounts = useMemo(() => [...byId.values()], [byId])
  const [filter, setFilter] = useAddressText('filter')
  const [shown, setShown] = useAddressState('show')
  const part: Part = isPart(shown) ? shown : 'all'
  const { onAction, dialog } = useRowActions()
  // Typing stays fluent: React shows the keystroke first and the list after it.
  const deferredFilter = useDeferredValue(filter)
  const matches = useMemo(() => matching(accounts, deferredFilter, part), [accounts, deferredFilter, part])
  const { items, collectionProps, paginationProps, actions } = useCollection(matches, {
    pagination: { pageSize },
    sorting: sortedBy ? { defaultState: { sortingColumn: sortedBy } } : {},
    selection: { trackBy: 'accountId', keepSelection: true },
  })
  const allColumns: readonly TableProps.ColumnDefinition<AccountSummary>[] = canChange
    ? [
        ...columns,
        {
          id: 'actions',
          header: texts.columns.actions,
          cell: (account) => <RowMenu account={account} onAction={(action) => onAction(account, action)} />,
        },
      ]
    : columns
  const shownColumns = useShownColumns(allColumns, narrowColumns)
  const selected = collectionProps.selectedItems ?? none
  const clear = () => {
    setFilter('')
    setShown('')
  }
  return (
    <>
      <Table
        {...collectionProps}
        items={items}
        columnDefinitions={shownColumns}
        trackBy="accountId"
        variant="borderless"
        stickyHeader
        wrapLines
        {...(canChange && { selectionType: 'multi' })}
        ariaLabels={{
          selectionGroupLabel: texts.title,
          allItemsSelectionLabel: () => texts.selectAll,
          itemSelectionLabel: (_, account) => texts.select(accountName(account)),
        }}
        header={
          <Header
            variant="h2"
            counter={isComplete ? `(${counted(accounts.length, 'account')})` : ''}
            description={isComplete ? undefined : texts.loading(accounts.length)}
            actions={
              canChange && <FetchSelectedButton selected={selected} onDone={() => actions.setSelectedItems([])} />
            }
          >
            {texts.list}
          </Header>
        }
        filter={
          <SpaceBetween size="xs">
            <TextFilter
              filteringText={filter}
              onChange={({ detail }) => setFilter(detail.filteringText)}
              filteringPlaceholder={texts.filter}
              filteringAriaLabel={texts.filter}
              countText={filter === '' ? '' : counted(matches.length, 'match', 'matches')}
            />
            <SegmentedControl
              label={texts.show.label}
              selectedId={part}
              onChange={({ detail }) => setShown(detail.selectedId === 'all' ? '' : detail.selectedId)}
              options={(['all', 'problem', 'invalid'] as const).map((id) => ({
                id,
                text: texts.show[id](accounts.filter((account) => isInPart(account, id)).length),
              }))}
            />
          </SpaceBetween>
        }
        pagination={matches.length > pageSize && <Pagination {...paginationProps} />}
        empty={
          accounts.length === 0 ? (
            <EmptyTable>
              <Box variant="strong">{texts.empty}</Box>
              <span>{texts.emptyHelp}</span>
              {canChange && <PageButton to="/accounts/new">{texts.add}</PageButton>}
            </EmptyTable>
          ) : (
            <EmptyTable>
              <Box variant="strong">{part === 'problem' && filter === '' ? texts.allWell : texts.noMatch}</Box>
              <Button onClick={clear}>{texts.clearFilter}</Button>
            </EmptyTable>
          )
        }
      />
      {dialog}
    </>
  )
}
