import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { passwordNeeded } from '../draft/problems.ts'
import { help, labels, sections } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'
import { OAuth2Fields } from './oauth2-fields.tsx'

/** How Postmaster logs in to the mailbox. */
export const LoginSection = ({ form }: { form: AccountForm }) => {
  const { draft, change, errorAt } = form
  return (
    <Container header={<Header variant="h2">{sections.login}</Header>}>
      <SpaceBetween size="l">
        <FormField label={labels.authentication} errorText={errorAt('/authentication')}>
          <RadioGroup
            value={draft.authentication}
            items={[
              { value: 'password', label: 'Password' },
              { value: 'oauth2', label: 'OAuth2' },
            ]}
            onChange={({ detail }) => change({ authentication: detail.value === 'oauth2' ? 'oauth2' : 'password' })}
          />
        </FormField>
        {draft.authentication === 'oauth2' ? (
          <OAuth2Fields form={form} />
        ) : (
          <SpaceBetween size="l">
            <FormField label={labels.username} errorText={errorAt('/username')}>
              <Input
                value={draft.username}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => change({ username: detail.value })}
              />
            </FormField>
            <PasswordField form={form} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  )
}

const PasswordField = ({ form: { draft, change, errorAt, stored } }: { form: AccountForm }) => {
  const needed = passwordNeeded(draft, stored)
  const isAgain = needed !== undefined && stored?.authentication === 'password'
  return (
    <FormField
      label={labels.password}
      constraintText={needed === undefined ? help.passwordKept : help.passwordNew}
      warningText={isAgain && draft.password === '' && needed}
      errorText={errorAt('/password')}
    >
      <Input
        type="password"
        value={draft.password}
        // The browser must not fill in the password of the person who is signed in.
        autoComplete="new-password"
        onChange={({ detail }) => change({ password: detail.value })}
      />
    </FormField>
  )
}
