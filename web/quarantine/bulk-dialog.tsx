import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../api/problems.ts'
import { type BulkProgress, forEach } from './bulk.ts'
import { idOf, oldestFirst, type QuarantineItem } from './item.ts'
import { nameOf } from './item-cells.tsx'
import { handleItem, retryItem } from './queries.ts'
import { quarantineTexts, bulkTexts as texts } from './texts.ts'

export type BulkAction = 'retry' | 'handle'

const actions: Readonly<Record<BulkAction, (item: QuarantineItem) => Promise<unknown>>> = {
  retry: retryItem,
  handle: (item) => handleItem(item, ''),
}

interface BulkDialogProps {
  action: BulkAction
  items: readonly QuarantineItem[]
  /** Called when something may have changed. */
  onSettled: () => void
  onClose: () => void
}

/** Asks before an action for several items, and then shows its progress and what failed. */
export const BulkDialog = ({ action, items, onSettled, onClose }: BulkDialogProps) => {
  const [progress, setProgress] = useState<BulkProgress<QuarantineItem>>({ done: 0, failed: [] })
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])
  const running = useMutation({
    mutationFn: () =>
      forEach(oldestFirst(items), actions[action], { onProgress: setProgress, signal: stop.current.signal }),
    onSettled,
  })
  const { done, failed } = progress
  return (
    <Modal
      visible
      header={texts[action].title(items.length)}
      onDismiss={({ detail }) => {
        if (!running.isPending || detail.reason !== 'overlay') onClose()
      }}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {running.isPending ? (
              <Button onClick={() => stop.current.abort()}>{texts.stop}</Button>
            ) : (
              <Button variant={running.isSuccess ? 'primary' : 'link'} onClick={onClose}>
                {running.isSuccess ? texts.close : texts.cancel}
              </Button>
            )}
            {running.isIdle && (
              <Button variant="primary" onClick={() => running.mutate()}>
                {quarantineTexts[action]}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {running.isIdle && texts[action].text}
        {running.isPending && (
          <ProgressBar
            label={texts.running}
            value={(100 * (done + failed.length)) / items.length}
            additionalInfo={texts.progress(done + failed.length, items.length)}
          />
        )}
        {running.isSuccess && <Alert type={failed.length === 0 ? 'success' : 'warning'}>{texts.done(done)}</Alert>}
        {failed.length > 0 && (
          <div>
            <Box variant="p">{texts.failed(failed.length)}</Box>
            <ul>
              {failed.map(({ item, thrown }) => (
                <li key={idOf(item)}>
                  {nameOf(item)}: {asProblem(thrown).message} {asProblem(thrown).remedy}
                </li>
              ))}
            </ul>
          </div>
        )}
      </SpaceBetween>
    </Modal>
  )
}
