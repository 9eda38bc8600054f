import { useState } from 'react'
import { useFlash } from '../shared/feedback/flash.tsx'
import { BegunEdit } from '../shared/forms/begun-edit.tsx'
import { ConflictAlert } from '../shared/forms/conflict-alert.tsx'
import { fieldErrors } from '../shared/forms/field-errors.ts'
import { FormDialog } from '../shared/forms/form-dialog.tsx'
import { useVersionedEdit, type Versioned } from '../shared/forms/versioned-edit.ts'
import { type ProfileDraft, ProfileFields, profileBody, profileDraft, profilePointers } from './profile-fields.tsx'
import { oauth2Changed, type Profile, readProfile, saveProfile } from './queries.ts'
import { texts } from './texts.ts'

interface DialogProps {
  /** Absent for a new profile. */
  profileId?: string | undefined
  onClose: () => void
  onCreated: (profile: Profile) => void
}

export const ProfileDialog = (props: DialogProps) => (
  <BegunEdit resource="oauth2-profiles" id={props.profileId} read={readProfile} onCancel={props.onClose}>
    {(begun) => <ProfileForm {...props} begun={begun} />}
  </BegunEdit>
)

const ProfileForm = ({ begun, onClose, onCreated }: DialogProps & { begun: Versioned<Profile> | undefined }) => {
  const [draft, setDraft] = useState<ProfileDraft>(() => profileDraft(begun?.value))
  const profileId = begun?.value.profileId
  const flash = useFlash()
  const { saving, theirs, error } = useVersionedEdit({
    begun,
    read: () => readProfile(profileId ?? ''),
    save: async (input: ProfileDraft, etag) => {
      const saved = await saveProfile(profileId, profileBody(input), etag)
      if (profileId === undefined) onCreated(saved)
      else onClose()
    },
    onSaved: () => {
      flash.success(texts.profiles.saved(draft.name))
      oauth2Changed()
    },
  })
  const errors = fieldErrors(error, profilePointers)
  return (
    <FormDialog
      title={begun ? texts.profiles.edit(begun.value.name) : texts.profiles.add}
      isSaving={saving.isPending}
      problem={errors.rest}
      onSave={() => saving.mutate(draft)}
      onCancel={onClose}
    >
      <ProfileFields
        draft={draft}
        onChange={setDraft}
        errors={errors}
        isNew={begun === undefined}
        hasSecret={begun?.value.hasClientSecret ?? false}
        hasFixedGrant={(begun?.value.accounts.count ?? 0) > 0}
      />
      {theirs && <ConflictAlert theirs={theirs} fields={compared(profileDraft(theirs), draft)} />}
    </FormDialog>
  )
}

const labels = {
  name: texts.profiles.name,
  providerId: texts.profiles.provider,
  tenant: texts.profiles.tenant,
  clientId: texts.profiles.clientId,
  secretExpiresOn: texts.profiles.expires,
  comment: texts.comment,
} as const

const compared = (theirs: ProfileDraft, mine: ProfileDraft) =>
  (Object.keys(labels) as (keyof typeof labels)[]).map((field) => ({
    label: labels[field],
    theirs: theirs[field] || '–',
    mine: mine[field] || '–',
  }))
