import Badge from '@cloudscape-design/components/badge'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../api/me.ts'
import { allDestinations, allQueues, allSystemAddresses } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { commentColumn, validityColumn } from '../shared/tables/common-columns.tsx'
import { ListTable } from '../shared/tables/list-table.tsx'
import { RowActions } from '../shared/tables/row-actions.tsx'
import { deleteQueue, invalidateDispatching, type Queue } from './queries.ts'
import { QueueDialog } from './queue-dialog.tsx'
import { texts } from './texts.ts'

type Open = { readonly dialog: 'edit'; readonly queue?: Queue } | { readonly dialog: 'delete'; readonly queue: Queue }

/** The queues, what feeds them and who receives them. */
export const QueueTable = () => {
  const queues = useQuery(allQueues)
  const canChange = useCanChange()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const addresses = useQuery(allSystemAddresses).data ?? []
  const columns: TableProps.ColumnDefinition<Queue>[] = [
    {
      id: 'name',
      header: texts.queues.name,
      sortingField: 'name',
      isRowHeader: true,
      cell: ({ name, isDefault, builtIn }) => (
        <SpaceBetween direction="horizontal" size="xs">
          <span>{name}</span>
          {isDefault && <Badge color="blue">{texts.queues.isDefault}</Badge>}
          {builtIn && <Badge>{texts.queues.builtIn}</Badge>}
        </SpaceBetween>
      ),
    },
    { id: 'receivedBy', header: texts.queues.receivedBy, cell: (queue) => <Receivers queue={queue} /> },
    {
      id: 'addresses',
      header: texts.queues.addresses,
      cell: ({ queueId }) =>
        addresses
          .filter((address) => address.queueId === queueId)
          .map(({ address }) => address)
          .join(', ') || '–',
    },
    validityColumn,
    commentColumn,
  ]
  if (canChange)
    columns.push({
      id: 'actions',
      header: 'Actions',
      cell: (queue) =>
        !queue.builtIn && (
          <RowActions
            name={queue.name}
            onEdit={() => setOpen({ dialog: 'edit', queue })}
            onDelete={() => setOpen({ dialog: 'delete', queue })}
          />
        ),
    })
  return (
    <>
      <ListTable
        title={texts.tabs.queues}
        query={queues}
        columns={columns}
        idOf={({ queueId }) => queueId}
        textOf={({ name, comment }) => `${name} ${comment}`}
        narrowColumns={['name', 'receivedBy', 'actions']}
        filterName="queue"
        filterPlaceholder={texts.queues.filter}
        empty={texts.queues.empty}
        noMatch={texts.queues.noMatch}
        actions={canChange && <Button onClick={() => setOpen({ dialog: 'edit' })}>{texts.queues.add}</Button>}
      />
      {open?.dialog === 'edit' && <QueueDialog queueId={open.queue?.queueId} onClose={close} />}
      {open?.dialog === 'delete' && (
        <ConfirmDialog
          title={texts.queues.remove(open.queue.name)}
          confirm="Delete"
          action={() => deleteQueue(open.queue.queueId)}
          success={texts.queues.deleted(open.queue.name)}
          onDone={() => {
            void invalidateDispatching()
            close()
          }}
          onCancel={close}
        >
          {texts.queues.deleteHelp}
        </ConfirmDialog>
      )}
    </>
  )
}

const Receivers = ({ queue }: { queue: Queue }) => {
  const destinations = useQuery(allDestinations).data ?? []
  if (queue.warning) return <StatusIndicator type="warning">{texts.queues.notReceived}</StatusIndicator>
  if (queue.receivedBy.length === 0) return '–'
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {queue.receivedBy.map((id) => (
        <PageLink key={id} to={`/destinations/${id}`}>
          {destinations.find(({ destinationId }) => destinationId === id)?.name ?? id}
        </PageLink>
      ))}
    </SpaceBetween>
  )
}
