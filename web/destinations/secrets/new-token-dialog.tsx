import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldErrors } from '../../shared/forms/field-errors.ts'
import { FormDialog } from '../../shared/forms/form-dialog.tsx'
import { CopiedText } from '../../shared/words/copied-text.tsx'
import { createToken } from '../queries.ts'
import { tokenTexts as texts } from '../texts.ts'

/** Creates a token, and then shows it once. */
export const NewTokenDialog = ({ destinationId, onClose }: { destinationId: string; onClose: () => void }) => {
  const [comment, setComment] = useState('')
  const creating = useMutation({ mutationFn: () => createToken(destinationId, comment.trim()) })
  const errors = fieldErrors(creating.error, ['/comment'])
  if (creating.data) return <CreatedToken token={creating.data.token} onClose={onClose} />
  return (
    <FormDialog
      title={texts.newTitle}
      save={texts.create}
      isSaving={creating.isPending}
      problem={errors.rest}
      onSave={() => creating.mutate()}
      onCancel={onClose}
    >
      <FormField label={texts.comment} description={texts.commentDescription} errorText={errors.at('/comment')}>
        <Input value={comment} placeholder={texts.commentExample} onChange={({ detail }) => setComment(detail.value)} />
      </FormField>
    </FormDialog>
  )
}

/** A click beside the dialog must not lose the token, so only the button closes it. */
const CreatedToken = ({ token, onClose }: { token: string; onClose: () => void }) => (
  <Modal
    visible
    header={texts.createdTitle}
    onDismiss={({ detail }) => {
      if (detail.reason !== 'overlay') onClose()
    }}
    footer={
      <Box float="right">
        <Button variant="primary" onClick={onClose}>
          {texts.finish}
        </Button>
      </Box>
    }
  >
    <SpaceBetween size="m">
      <Alert type="info">{texts.createdText}</Alert>
      <CopiedText text={token} label={texts.createdTitle} />
    </SpaceBetween>
  </Modal>
)
