import Box from '@cloudscape-design/components/box'
import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useFlash } from '../shared/feedback/flash.tsx'
import { fieldErrors } from '../shared/forms/field-errors.ts'
import { FormDialog } from '../shared/forms/form-dialog.tsx'
import { oauth2Changed, type Profile, replaceSecret } from './queries.ts'
import { texts } from './texts.ts'

/** Replaces a client secret once for all accounts of the profile. */
export const ReplaceSecretDialog = ({ profile, onClose }: { profile: Profile; onClose: () => void }) => {
  const [secret, setSecret] = useState('')
  const [expiresOn, setExpiresOn] = useState('')
  const flash = useFlash()
  const saving = useMutation({
    mutationFn: () => replaceSecret(profile.profileId, secret, expiresOn === '' ? undefined : expiresOn),
    onSuccess: () => {
      flash.success(texts.profiles.replaced(profile.name))
      oauth2Changed()
      onClose()
    },
  })
  const errors = fieldErrors(saving.error, ['/clientSecret', '/secretExpiresOn'])
  return (
    <FormDialog
      title={texts.profiles.replaceSecretOf(profile.name)}
      save={texts.profiles.replaceSecret}
      isSaving={saving.isPending}
      problem={errors.rest}
      onSave={() => saving.mutate()}
      onCancel={onClose}
    >
      <Box>{texts.profiles.replaceHelp(profile.accounts.count)}</Box>
      <FormField
        label={texts.profiles.clientSecret}
        description={texts.profiles.clientSecretHelp}
        errorText={errors.at('/clientSecret')}
      >
        <Input
          autoFocus
          type="password"
          autoComplete="off"
          value={secret}
          onChange={({ detail }) => setSecret(detail.value)}
        />
      </FormField>
      <FormField
        label={texts.profiles.expires}
        description={texts.profiles.expiresHelp}
        errorText={errors.at('/secretExpiresOn')}
      >
        <DatePicker
          value={expiresOn}
          onChange={({ detail }) => setExpiresOn(detail.value)}
          placeholder="YYYY-MM-DD"
          format="iso"
          openCalendarAriaLabel={() => 'Choose a date'}
        />
      </FormField>
    </FormDialog>
  )
}
