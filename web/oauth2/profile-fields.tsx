import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useQuery } from '@tanstack/react-query'
import { allProviders } from '../api/short-lists.ts'
import type { FieldErrors } from '../shared/forms/field-errors.ts'
import type { Grant, Profile, ProfileInput } from './queries.ts'
import { texts } from './texts.ts'

/** What a person types. Empty text stands for an absent value. */
export interface ProfileDraft {
  readonly name: string
  readonly providerId: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
  readonly grant: Grant
  readonly secretExpiresOn: string
  readonly comment: string
}

export const profilePointers = [
  '/name',
  '/providerId',
  '/tenant',
  '/clientId',
  '/clientSecret',
  '/grant',
  '/secretExpiresOn',
  '/comment',
]

export const profileDraft = (profile: Profile | undefined): ProfileDraft => ({
  name: profile?.name ?? '',
  providerId: profile?.providerId ?? '',
  tenant: profile?.tenant ?? '',
  clientId: profile?.clientId ?? '',
  clientSecret: '',
  grant: profile?.grant ?? 'authorization_code',
  secretExpiresOn: profile?.secretExpiresOn ?? '',
  comment: profile?.comment ?? '',
})

export const profileBody = ({ tenant, clientSecret, secretExpiresOn, ...rest }: ProfileDraft): ProfileInput => ({
  ...rest,
  ...(tenant !== '' && { tenant }),
  ...(clientSecret !== '' && { clientSecret }),
  ...(secretExpiresOn !== '' && { secretExpiresOn }),
})

interface ProfileFieldsProps {
  draft: ProfileDraft
  onChange: (draft: ProfileDraft) => void
  errors: FieldErrors
  isNew: boolean
  hasSecret: boolean
  /** Accounts use the profile. */
  hasFixedGrant: boolean
}

const isGrant = (value: string): value is Grant => value in texts.profiles.grants

export const ProfileFields = ({ draft, onChange, errors, isNew, hasSecret, hasFixedGrant }: ProfileFieldsProps) => {
  const providers = useQuery(allProviders).data ?? []
  const provider = providers.find(({ providerId }) => providerId === draft.providerId)
  const needsTenant = provider?.tokenEndpoint.includes('{tenant}') ?? draft.tenant !== ''
  const set = (part: Partial<ProfileDraft>) => onChange({ ...draft, ...part })
  const options = providers.map(({ providerId, name }) => ({ value: providerId, label: name }))
  return (
    <SpaceBetween size="m">
      <FormField label={texts.profiles.name} description={texts.profiles.nameHelp} errorText={errors.at('/name')}>
        <Input autoFocus={isNew} value={draft.name} onChange={({ detail }) => set({ name: detail.value })} />
      </FormField>
      <FormField label={texts.profiles.provider} errorText={errors.at('/providerId')}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === draft.providerId) ?? null}
          onChange={({ detail }) => set({ providerId: detail.selectedOption.value ?? '' })}
          placeholder={texts.profiles.providerPlaceholder}
        />
      </FormField>
      {needsTenant && (
        <FormField
          label={texts.profiles.tenant}
          description={texts.profiles.tenantHelp}
          errorText={errors.at('/tenant')}
        >
          <Input value={draft.tenant} onChange={({ detail }) => set({ tenant: detail.value })} />
        </FormField>
      )}
      <FormField
        label={texts.profiles.clientId}
        description={texts.profiles.clientIdHelp}
        errorText={errors.at('/clientId')}
      >
        <Input value={draft.clientId} onChange={({ detail }) => set({ clientId: detail.value })} />
      </FormField>
      <FormField
        label={texts.profiles.clientSecret}
        description={hasSecret ? texts.profiles.clientSecretKept : texts.profiles.clientSecretHelp}
        errorText={errors.at('/clientSecret')}
      >
        <Input
          type="password"
          autoComplete="off"
          value={draft.clientSecret}
          onChange={({ detail }) => set({ clientSecret: detail.value })}
        />
      </FormField>
      <FormField
        label={texts.profiles.expires}
        description={texts.profiles.expiresHelp}
        errorText={errors.at('/secretExpiresOn')}
      >
        <DatePicker
          value={draft.secretExpiresOn}
          onChange={({ detail }) => set({ secretExpiresOn: detail.value })}
          placeholder="YYYY-MM-DD"
          format="iso"
          openCalendarAriaLabel={() => 'Choose a date'}
        />
      </FormField>
      <FormField
        label={texts.profiles.grant}
        description={hasFixedGrant ? texts.profiles.grantFixed : undefined}
        errorText={errors.at('/grant')}
      >
        <RadioGroup
          value={draft.grant}
          onChange={({ detail }) => isGrant(detail.value) && set({ grant: detail.value })}
          items={Object.entries(texts.profiles.grants).map(([value, label]) => ({
            value,
            label,
            description: isGrant(value) ? texts.profiles.grantHelp[value] : '',
            disabled: hasFixedGrant,
          }))}
        />
      </FormField>
      <FormField label={texts.comment} errorText={errors.at('/comment')}>
        <Textarea rows={2} value={draft.comment} onChange={({ detail }) => set({ comment: detail.value })} />
      </FormField>
    </SpaceBetween>
  )
}
