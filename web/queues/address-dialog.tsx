import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { allQueues } from '../api/short-lists.ts'
import { useFlash } from '../shared/feedback/flash.tsx'
import { BegunEdit } from '../shared/forms/begun-edit.tsx'
import { CommonFields, commonConflicts, commonPointers } from '../shared/forms/common-fields.tsx'
import { ConflictAlert } from '../shared/forms/conflict-alert.tsx'
import { fieldErrors } from '../shared/forms/field-errors.ts'
import { FormDialog } from '../shared/forms/form-dialog.tsx'
import { QueueSelect } from '../shared/forms/queue-select.tsx'
import { useVersionedEdit, type Versioned } from '../shared/forms/versioned-edit.ts'
import {
  invalidateDispatching,
  readAddress,
  type SystemAddress,
  type SystemAddressInput,
  saveAddress,
} from './queries.ts'
import { texts } from './texts.ts'

interface DialogProps {
  /** Absent for a new system address. */
  address?: string | undefined
  onClose: () => void
}

export const AddressDialog = ({ address, onClose }: DialogProps) => (
  <BegunEdit resource="system-addresses" id={address} read={readAddress} onCancel={onClose}>
    {(begun) => <AddressForm begun={begun} onClose={onClose} />}
  </BegunEdit>
)

const AddressForm = ({ begun, onClose }: { begun: Versioned<SystemAddress> | undefined; onClose: () => void }) => {
  const [input, setInput] = useState<Required<SystemAddressInput>>({
    address: begun?.value.address ?? '',
    queueId: begun?.value.queueId ?? '',
    validity: begun?.value.validity ?? 'valid',
    comment: begun?.value.comment ?? '',
  })
  const queues = useQuery(allQueues).data
  const nameOf = (queueId: string) => queues?.find((queue) => queue.queueId === queueId)?.name ?? queueId
  const flash = useFlash()
  const { saving, theirs, error } = useVersionedEdit({
    begun,
    read: () => readAddress(input.address),
    save: (body: SystemAddressInput, etag) => saveAddress(begun === undefined, body, etag),
    onSaved: () => {
      flash.success(texts.addresses.saved(input.address))
      void invalidateDispatching()
      onClose()
    },
  })
  const errors = fieldErrors(error, ['/address', '/queueId', ...commonPointers])
  return (
    <FormDialog
      title={begun ? texts.addresses.edit(begun.value.address) : texts.addresses.add}
      isSaving={saving.isPending}
      problem={errors.rest}
      onSave={() => saving.mutate(input)}
      onCancel={onClose}
    >
      <FormField label={texts.addresses.address} errorText={errors.at('/address')}>
        <Input
          autoFocus={begun === undefined}
          readOnly={begun !== undefined}
          type="email"
          inputMode="email"
          placeholder="support@example.com"
          value={input.address}
          onChange={({ detail }) => setInput({ ...input, address: detail.value })}
        />
      </FormField>
      <FormField label={texts.addresses.queue} errorText={errors.at('/queueId')}>
        <QueueSelect queueId={input.queueId} onChange={(queueId) => setInput({ ...input, queueId })} />
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
            { label: texts.addresses.queue, theirs: nameOf(theirs.queueId), mine: nameOf(input.queueId) },
            ...commonConflicts(theirs, input),
          ]}
        />
      )}
    </FormDialog>
  )
}
