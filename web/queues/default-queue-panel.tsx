import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../api/me.ts'
import { allQueues } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { QueueSelect } from '../shared/forms/queue-select.tsx'
import { defaultQueueQuery, invalidateDispatching, setDefaultQueue } from './queries.ts'
import { texts } from './texts.ts'

/** Which queue receives mail that matches no system address. */
export const DefaultQueuePanel = () => {
  const current = useQuery(defaultQueueQuery)
  const canChange = useCanChange()
  const [isOpen, setOpen] = useState(false)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={texts.defaultQueue.help}
          actions={canChange && <Button onClick={() => setOpen(true)}>{texts.defaultQueue.change}</Button>}
        >
          {texts.defaultQueue.title}
        </Header>
      }
    >
      <QueryView query={current}>
        {({ queueId, name, warning }) => (
          <>
            <SpaceBetween size="xs">
              <Box fontWeight="bold">{name}</Box>
              {warning && <StatusIndicator type="warning">{warning.detail}</StatusIndicator>}
            </SpaceBetween>
            {isOpen && <ChangeDialog currentId={queueId} onClose={() => setOpen(false)} />}
          </>
        )}
      </QueryView>
    </Container>
  )
}

const ChangeDialog = ({ currentId, onClose }: { currentId: string; onClose: () => void }) => {
  const [queueId, setQueueId] = useState(currentId)
  const queues = useQuery(allQueues)
  const name = queues.data?.find((queue) => queue.queueId === queueId)?.name ?? queueId
  return (
    <ConfirmDialog
      title={texts.defaultQueue.title}
      confirm={texts.defaultQueue.change}
      disabled={queueId === currentId}
      action={() => setDefaultQueue(queueId)}
      success={texts.defaultQueue.saved(name)}
      onDone={() => {
        void invalidateDispatching()
        onClose()
      }}
      onCancel={onClose}
    >
      <FormField label={texts.addresses.queue}>
        <QueueSelect queueId={queueId} onChange={setQueueId} />
      </FormField>
      {queueId !== currentId && <Box>{texts.defaultQueue.confirm(name)}</Box>}
    </ConfirmDialog>
  )
}
