import Button from '@cloudscape-design/components/button'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../api/me.ts'
import { allSystemAddresses } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { commentColumn, validityColumn } from '../shared/tables/common-columns.tsx'
import { ListTable } from '../shared/tables/list-table.tsx'
import { RowActions } from '../shared/tables/row-actions.tsx'
import { AddressDialog } from './address-dialog.tsx'
import { deleteAddress, invalidateDispatching, type SystemAddress } from './queries.ts'
import { texts } from './texts.ts'

type Open =
  | { readonly dialog: 'edit'; readonly address?: string }
  | { readonly dialog: 'delete'; readonly address: string }

/** The system addresses and their queues. */
export const AddressTable = () => {
  const canChange = useCanChange()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const columns: TableProps.ColumnDefinition<SystemAddress>[] = [
    {
      id: 'address',
      header: texts.addresses.address,
      sortingField: 'address',
      isRowHeader: true,
      cell: ({ address }) => address,
    },
    {
      id: 'queue',
      header: texts.addresses.queue,
      sortingField: 'queueName',
      cell: ({ queueName }) =>
        queueName ?? <StatusIndicator type="warning">{texts.addresses.unknownQueue}</StatusIndicator>,
    },
    validityColumn,
    commentColumn,
  ]
  if (canChange)
    columns.push({
      id: 'actions',
      header: 'Actions',
      cell: ({ address }) => (
        <RowActions
          name={address}
          onEdit={() => setOpen({ dialog: 'edit', address })}
          onDelete={() => setOpen({ dialog: 'delete', address })}
        />
      ),
    })
  return (
    <>
      <ListTable
        title={texts.tabs.addresses}
        query={useQuery(allSystemAddresses)}
        columns={columns}
        idOf={({ address }) => address}
        textOf={({ address, queueName, comment }) => `${address} ${queueName ?? ''} ${comment}`}
        narrowColumns={['address', 'queue', 'actions']}
        filterName="address"
        filterPlaceholder={texts.addresses.filter}
        empty={texts.addresses.empty}
        noMatch={texts.addresses.noMatch}
        actions={canChange && <Button onClick={() => setOpen({ dialog: 'edit' })}>{texts.addresses.add}</Button>}
      />
      {open?.dialog === 'edit' && <AddressDialog address={open.address} onClose={close} />}
      {open?.dialog === 'delete' && (
        <ConfirmDialog
          title={texts.addresses.remove(open.address)}
          confirm="Delete"
          action={() => deleteAddress(open.address)}
          success={texts.addresses.deleted(open.address)}
          onDone={() => {
            void invalidateDispatching()
            close()
          }}
          onCancel={close}
        >
          {texts.addresses.deleteHelp}
        </ConfirmDialog>
      )}
    </>
  )
}
