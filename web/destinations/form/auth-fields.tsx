import ColumnLayout from '@cloudscape-design/components/column-layout'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { FieldsProps } from './form-state.ts'
import { formTexts as texts } from './texts.ts'

const kinds = ['none', 'header', 'basic'] as const

/** What the receiver requires besides the signature. */
export const AuthFields = ({ draft, change, errorAt, isNew }: FieldsProps) => (
  <SpaceBetween size="l">
    <FormField label={texts.auth}>
      <Select
        selectedOption={{ value: draft.auth, label: texts.auths[draft.auth] }}
        options={kinds.map((value) => ({ value, label: texts.auths[value] }))}
        onChange={({ detail }) =>
          change({ auth: kinds.find((kind) => kind === detail.selectedOption.value) ?? 'none' })
        }
      />
    </FormField>
    {draft.auth !== 'none' && (
      <ColumnLayout columns={2}>
        {draft.auth === 'header' ? (
          <FormField label={texts.header} errorText={errorAt('/webhook/auth/header')}>
            <Input
              value={draft.header}
              placeholder={texts.headerExample}
              onChange={({ detail }) => change({ header: detail.value })}
            />
          </FormField>
        ) : (
          <FormField label={texts.user} errorText={errorAt('/webhook/auth/user')}>
            <Input value={draft.user} autoComplete={false} onChange={({ detail }) => change({ user: detail.value })} />
          </FormField>
        )}
        <FormField
          label={draft.auth === 'header' ? texts.headerValue : texts.password}
          {...(!isNew && { description: texts.keptValue })}
          errorText={errorAt('/webhook/auth/value')}
        >
          <Input
            type="password"
            value={draft.authValue}
            autoComplete="new-password"
            onChange={({ detail }) => change({ authValue: detail.value })}
          />
        </FormField>
      </ColumnLayout>
    )}
  </SpaceBetween>
)
