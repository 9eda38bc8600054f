import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { CopyButton } from '../../shared/words/copy-button.tsx'
import { newSigningSecret } from '../secrets/signing-secret.ts'
import { AuthFields } from './auth-fields.tsx'
import type { FieldsProps } from './form-state.ts'
import { formTexts as texts } from './texts.ts'

/** Where a webhook is sent, and how the receiver recognises it. */
export const WebhookFields = (props: FieldsProps) => {
  const { draft, change, errorAt, isNew } = props
  return (
    <Container header={<Header variant="h2">{texts.receiver}</Header>}>
      <SpaceBetween size="l">
        <FormField label={texts.url} description={texts.urlDescription} errorText={errorAt('/webhook/url')}>
          <Input
            type="url"
            value={draft.url}
            placeholder={texts.urlExample}
            onChange={({ detail }) => change({ url: detail.value })}
          />
        </FormField>
        {isNew && (
          <FormField
            label={texts.secret}
            description={texts.secretDescription}
            errorText={errorAt('/webhook/signingSecret')}
            secondaryControl={
              <SpaceBetween direction="horizontal" size="xs">
                <CopyButton text={draft.signingSecret} />
                <Button formAction="none" onClick={() => change({ signingSecret: newSigningSecret() })}>
                  {texts.newSecret}
                </Button>
              </SpaceBetween>
            }
          >
            <Input
              value={draft.signingSecret}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => change({ signingSecret: detail.value })}
            />
          </FormField>
        )}
        <FormField label={texts.mode}>
          <RadioGroup
            value={draft.mode}
            items={(['thin', 'raw'] as const).map((value) => ({ value, ...texts.modes[value] }))}
            onChange={({ detail }) => change({ mode: detail.value === 'raw' ? 'raw' : 'thin' })}
          />
        </FormField>
        <AuthFields {...props} />
        <FormField
          label={texts.customCa}
          description={texts.customCaDescription}
          errorText={errorAt('/webhook/customCa')}
        >
          <Textarea
            rows={3}
            value={draft.customCa}
            placeholder="-----BEGIN CERTIFICATE-----"
            spellcheck={false}
            onChange={({ detail }) => change({ customCa: detail.value })}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  )
}
