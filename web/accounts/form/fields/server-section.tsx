import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { accountTypes, isAccountType } from '../../account-types.ts'
import { help, labels, sections } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'
import { AddressField } from './address-field.tsx'

const typeOptions = Object.entries(accountTypes).map(([value, { words }]) => ({
  value,
  label: value,
  description: words,
}))

/** Where the mailbox is. */
export const ServerSection = ({ form }: { form: AccountForm }) => {
  const { draft, change, errorAt, proposedHost } = form
  const facts = accountTypes[draft.type]
  return (
    <Container header={<Header variant="h2">{sections.server}</Header>}>
      <SpaceBetween size="l">
        {form.stored === undefined && <AddressField form={form} />}
        <FormField label={labels.type} errorText={errorAt('/type')} warningText={!facts.isEncrypted && help.clearText}>
          <Select
            selectedOption={typeOptions.find(({ value }) => value === draft.type) ?? null}
            options={typeOptions}
            triggerVariant="option"
            onChange={({ detail: { selectedOption } }) =>
              isAccountType(selectedOption.value) && change({ type: selectedOption.value })
            }
          />
        </FormField>
        <Grid gridDefinition={[{ colspan: { default: 12, xs: 8 } }, { colspan: { default: 12, xs: 4 } }]}>
          <FormField
            label={labels.host}
            constraintText={proposedHost !== undefined && help.hostOfProvider(proposedHost)}
            errorText={errorAt('/host')}
          >
            <Input
              value={draft.host}
              autoComplete={false}
              spellcheck={false}
              inputMode="url"
              placeholder={proposedHost ?? 'mail.example.com'}
              onChange={({ detail }) => change({ host: detail.value })}
            />
          </FormField>
          <FormField label={labels.port} constraintText={help.port(facts.port)} errorText={errorAt('/port')}>
            <Input
              value={draft.port}
              autoComplete={false}
              inputMode="numeric"
              placeholder={String(facts.port)}
              onChange={({ detail }) => change({ port: detail.value })}
            />
          </FormField>
        </Grid>
      </SpaceBetween>
    </Container>
  )
}
