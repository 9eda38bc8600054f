import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { fieldErrors } from '../../shared/forms/field-errors.ts'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { testInput } from '../queries.ts'
import { TestResultView } from '../test-result.tsx'
import { BasicFields } from './basic-fields.tsx'
import { type Draft, inputOf, pointers } from './draft.ts'
import { errorAtOf } from './form-state.ts'
import { MoreFields } from './more-fields.tsx'
import { QueueNameFields } from './queue-name-fields.tsx'
import { SelectionFields } from './selection-fields.tsx'
import { formTexts as texts } from './texts.ts'
import { WebhookFields } from './webhook-fields.tsx'

interface DestinationFormProps {
  draft: Draft
  change: (fields: Partial<Draft>) => void
  isNew: boolean
  isSaving: boolean
  /** Why it could not be saved. */
  error: unknown
  /** Appears above the buttons. */
  notice?: ReactNode
  onSave: () => void
  cancelTo: string
}

export const DestinationForm = ({
  draft,
  change,
  isNew,
  isSaving,
  error,
  notice,
  onSave,
  cancelTo,
}: DestinationFormProps) => {
  const test = useMutation({ mutationFn: () => testInput(inputOf(draft)) })
  // A test refuses the same wrong fields as saving does.
  const errors = fieldErrors(error ?? test.error, pointers)
  const fields = { draft, change, isNew, errorAt: errorAtOf(errors) }
  const canTest = isNew && draft.kind === 'webhook'
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        test.reset()
        if (!isSaving) onSave()
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <PageButton formAction="none" variant="link" to={cancelTo}>
              {texts.cancel}
            </PageButton>
            {canTest && (
              <Button formAction="none" loading={test.isPending} onClick={() => test.mutate()}>
                {texts.test}
              </Button>
            )}
            <Button variant="primary" loading={isSaving}>
              {texts.save}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <BasicFields {...fields} />
          {draft.kind === 'webhook' && <WebhookFields {...fields} />}
          <SelectionFields {...fields} />
          <QueueNameFields {...fields} />
          <MoreFields {...fields} />
          <TestResultView isRunning={test.isPending} result={test.data} error={undefined} />
          {notice}
          {errors.rest && <ProblemAlert thrown={errors.rest} />}
          {!errors.rest && (error ?? test.error) ? <Box color="text-status-error">{texts.fieldsWrong}</Box> : null}
        </SpaceBetween>
      </Form>
    </form>
  )
}
