import FormField from '@cloudscape-design/components/form-field'
import Textarea from '@cloudscape-design/components/textarea'
import type { ComparedField } from './conflict-alert.tsx'
import type { FieldErrors } from './field-errors.ts'
import { type Validity, ValidityChoice, validityText } from './validity.tsx'

/** The fields that every queue and every system address has. */
export interface CommonInput {
  readonly validity: Validity
  readonly comment: string
}

interface CommonFieldsProps {
  input: CommonInput
  onChange: (changed: Partial<CommonInput>) => void
  validityHelp: string
  errors: FieldErrors
}

const labels = { validity: 'Validity', comment: 'Comment' } as const

export const commonPointers = ['/validity', '/comment'] as const

export const CommonFields = ({ input, onChange, validityHelp, errors }: CommonFieldsProps) => (
  <>
    <FormField label={labels.validity} description={validityHelp} errorText={errors.at('/validity')}>
      <ValidityChoice validity={input.validity} onChange={(validity) => onChange({ validity })} />
    </FormField>
    <FormField label={labels.comment} description="A note for other admins." errorText={errors.at('/comment')}>
      <Textarea rows={2} value={input.comment} onChange={({ detail }) => onChange({ comment: detail.value })} />
    </FormField>
  </>
)

/** What a conflict compares in these fields. */
export const commonConflicts = (theirs: CommonInput, mine: CommonInput): readonly ComparedField[] => [
  { label: labels.validity, theirs: validityText(theirs.validity), mine: validityText(mine.validity) },
  { label: labels.comment, theirs: theirs.comment, mine: mine.comment },
]
