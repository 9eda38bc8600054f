import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { ProblemAlert } from '../feedback/problem-alert.tsx'

interface FormDialogProps {
  title: string
  children: ReactNode
  /** The verb on the button. */
  save?: string
  isSaving: boolean
  /** What belongs to no field. */
  problem?: unknown
  onSave: () => void
  onCancel: () => void
}

/** A short form in a dialog. The Enter key saves. */
export const FormDialog = ({
  title,
  children,
  save = 'Save',
  isSaving,
  problem,
  onSave,
  onCancel,
}: FormDialogProps) => (
  <Modal visible header={title} onDismiss={onCancel}>
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!isSaving) onSave()
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={isSaving}>
              {save}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="m">
          {children}
          {problem !== undefined && problem !== null && <ProblemAlert thrown={problem} />}
        </SpaceBetween>
      </Form>
    </form>
  </Modal>
)
