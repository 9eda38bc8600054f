import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { ValidityChoice } from '../../../shared/forms/validity.tsx'
import { help, labels, optional, sections } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'

export const GeneralSection = ({ form: { draft, change, errorAt } }: { form: AccountForm }) => (
  <Container header={<Header variant="h2">{sections.general}</Header>}>
    <SpaceBetween size="l">
      <FormField label={labels.validity} description={help.validity} errorText={errorAt('/validity')}>
        <ValidityChoice validity={draft.validity} onChange={(validity) => change({ validity })} />
      </FormField>
      <FormField
        label={
          <span>
            {labels.comment} <i>– {optional}</i>
          </span>
        }
        description={help.comment}
        errorText={errorAt('/comment')}
      >
        <Textarea rows={2} value={draft.comment} onChange={({ detail }) => change({ comment: detail.value })} />
      </FormField>
    </SpaceBetween>
  </Container>
)
