import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useFlash } from '../shared/feedback/flash.tsx'
import { BegunEdit } from '../shared/forms/begun-edit.tsx'
import { CommonFields, commonConflicts, commonPointers } from '../shared/forms/common-fields.tsx'
import { ConflictAlert } from '../shared/forms/conflict-alert.tsx'
import { fieldErrors } from '../shared/forms/field-errors.ts'
import { FormDialog } from '../shared/forms/form-dialog.tsx'
import { useVersionedEdit, type Versioned } from '../shared/forms/versioned-edit.ts'
import { invalidateDispatching, type Queue, type QueueInput, readQueue, saveQueue } from './queries.ts'
import { texts } from './texts.ts'

interface DialogProps {
  /** Absent for a new queue. */
  queueId?: string | undefined
  onClose: () => void
}

export const QueueDialog = ({ queueId, onClose }: DialogProps) => (
  <BegunEdit resource="queues" id={queueId} read={readQueue} onCancel={onClose}>
    {(begun) => <QueueForm begun={begun} onClose={onClose} />}
  </BegunEdit>
)

const QueueForm = ({ begun, onClose }: { begun: Versioned<Queue> | undefined; onClose: () => void }) => {
  const queueId = begun?.value.queueId
  const [input, setInput] = useState<Required<QueueInput>>({
    name: begun?.value.name ?? '',
    validity: begun?.value.validity ?? 'valid',
    comment: begun?.value.comment ?? '',
  })
  const flash = useFlash()
  const { saving, theirs, error } = useVersionedEdit({
    begun,
    read: () => readQueue(queueId ?? ''),
    save: (body: QueueInput, etag) => saveQueue(queueId, body, etag),
    onSaved: () => {
      flash.success(texts.queues.saved(input.name))
      void invalidateDispatching()
      onClose()
    },
  })
  const errors = fieldErrors(error, ['/name', ...commonPointers])
  return (
    <FormDialog
      title={begun ? texts.queues.edit(begun.value.name) : texts.queues.add}
      isSaving={saving.isPending}
      problem={errors.rest}
      onSave={() => saving.mutate(input)}
      onCancel={onClose}
    >
      <FormField label={texts.queues.name} errorText={errors.at('/name')}>
        <Input autoFocus value={input.name} onChange={({ detail }) => setInput({ ...input, name: detail.value })} />
      </FormField>
      <CommonFields
        input={input}
        onChange={(changed) => setInput({ ...input, ...changed })}
        validityHelp={texts.validityHelp}
        errors={errors}
      />
      {theirs && (
        <ConflictAlert
          theirs={theirs}
          fields={[
            { label: texts.queues.name, theirs: theirs.name, mine: input.name },
            ...commonConflicts(theirs, input),
          ]}
        />
      )}
    </FormDialog>
  )
}
