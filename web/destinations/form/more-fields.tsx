import ColumnLayout from '@cloudscape-design/components/column-layout'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Draft, Pointer } from './draft.ts'
import type { FieldsProps } from './form-state.ts'
import { formTexts as texts } from './texts.ts'

const pointersHere: readonly Pointer[] = [
  '/controlHeaderPrefix',
  '/limits/concurrency',
  '/limits/timeoutSeconds',
  '/limits/largestSize',
]
const validities = ['valid', 'invalid-temporarily', 'invalid'] as const

/** What most destinations leave as it is. The section opens if something in it is wrong. */
export const MoreFields = ({ draft, change, errorAt }: FieldsProps) => {
  const isWrong = pointersHere.some((pointer) => errorAt(pointer) !== undefined)
  const numberField = (field: 'concurrency' | 'timeoutSeconds' | 'largestSize', label: string, description: string) => (
    <FormField label={label} description={description} errorText={errorAt(`/limits/${field}`)}>
      <Input
        type="number"
        inputMode="decimal"
        value={draft[field]}
        onChange={({ detail }) => change({ [field]: detail.value } satisfies Partial<Draft>)}
      />
    </FormField>
  )
  return (
    <ExpandableSection
      key={String(isWrong)}
      variant="container"
      headerText={texts.more}
      defaultExpanded={isWrong || draft.validity !== 'valid'}
    >
      <SpaceBetween size="l">
        <FormField label={texts.validity}>
          <RadioGroup
            value={draft.validity}
            items={validities.map((value) => ({ value, label: texts.validities[value] }))}
            onChange={({ detail }) => change({ validity: validities.find((one) => one === detail.value) ?? 'valid' })}
          />
        </FormField>
        <FormField label={texts.doubt}>
          <RadioGroup
            value={draft.doubt}
            items={(['repeat', 'ask'] as const).map((value) => ({ value, ...texts.doubts[value] }))}
            onChange={({ detail }) => change({ doubt: detail.value === 'ask' ? 'ask' : 'repeat' })}
          />
        </FormField>
        <FormField
          label={texts.control}
          description={texts.controlDescription}
          errorText={errorAt('/controlHeaderPrefix')}
        >
          <Input
            value={draft.controlHeaderPrefix}
            placeholder={texts.controlExample}
            onChange={({ detail }) => change({ controlHeaderPrefix: detail.value })}
          />
        </FormField>
        <ColumnLayout columns={3}>
          {numberField('largestSize', texts.largest, texts.largestDescription)}
          {draft.kind === 'webhook' && numberField('concurrency', texts.concurrency, texts.concurrencyDescription)}
          {draft.kind === 'webhook' && numberField('timeoutSeconds', texts.timeout, texts.timeoutDescription)}
        </ColumnLayout>
      </SpaceBetween>
    </ExpandableSection>
  )
}
