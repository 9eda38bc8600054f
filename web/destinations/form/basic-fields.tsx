import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { kindNames } from '../texts.ts'
import type { FieldsProps } from './form-state.ts'
import { formTexts as texts } from './texts.ts'

/** The kind and the name. */
export const BasicFields = ({ draft, change, errorAt, isNew }: FieldsProps) => (
  <Container header={<Header variant="h2">Destination</Header>}>
    <SpaceBetween size="l">
      {isNew ? (
        <FormField label={texts.kind} description={texts.kindStays}>
          <RadioGroup
            value={draft.kind}
            items={(['pull', 'webhook'] as const).map((value) => ({ value, ...texts.kinds[value] }))}
            onChange={({ detail }) => change({ kind: detail.value === 'webhook' ? 'webhook' : 'pull' })}
          />
        </FormField>
      ) : (
        <FormField label={texts.kind}>{kindNames[draft.kind]}</FormField>
      )}
      <FormField label={texts.name} errorText={errorAt('/name')}>
        <Input
          value={draft.name}
          placeholder={texts.nameExample}
          onChange={({ detail }) => change({ name: detail.value })}
        />
      </FormField>
      <FormField label={texts.comment} description={texts.commentDescription} errorText={errorAt('/comment')}>
        <Input value={draft.comment} onChange={({ detail }) => change({ comment: detail.value })} />
      </FormField>
    </SpaceBetween>
  </Container>
)
