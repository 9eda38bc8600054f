import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useFlash } from './flash.tsx'
import { ProblemAlert } from './problem-alert.tsx'

interface ConfirmDialogProps {
  title: string
  /** What the action does and what stays. */
  children: ReactNode
  /** The verb on the button. */
  confirm: string
  /** Performs the action. The dialog stays open and explains the problem if it fails. */
  action: () => Promise<unknown>
  /** What has happened, shown once the action has succeeded. */
  success?: string
  onDone: () => void
  onCancel: () => void
  disabled?: boolean
}

/** Asks before an action that destroys something or reaches other people. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { title, children, confirm, action, success, onDone, onCancel, disabled } = props
  const flash = useFlash()
  const run = useMutation({
    mutationFn: action,
    onSuccess: () => {
      if (success !== undefined) flash.success(success)
      onDone()
    },
  })
  return (
    <Modal
      visible
      header={title}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={run.isPending} disabled={disabled} onClick={() => run.mutate()}>
              {confirm}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {run.isError && <ProblemAlert thrown={run.error} />}
      </SpaceBetween>
    </Modal>
  )
}
