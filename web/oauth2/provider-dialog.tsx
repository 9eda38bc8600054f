import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useFlash } from '../shared/feedback/flash.tsx'
import { BegunEdit } from '../shared/forms/begun-edit.tsx'
import { ConflictAlert } from '../shared/forms/conflict-alert.tsx'
import { fieldErrors } from '../shared/forms/field-errors.ts'
import { FormDialog } from '../shared/forms/form-dialog.tsx'
import { useVersionedEdit, type Versioned } from '../shared/forms/versioned-edit.ts'
import { type ProviderDraft, providerBody, providerDraft } from './provider-draft.ts'
import { oauth2Changed, type Provider, readProvider, saveProvider } from './queries.ts'
import { texts } from './texts.ts'

interface TextEntry {
  readonly field: Exclude<keyof ProviderDraft, 'clientAuthentication'>
  /** Where the API reports what is wrong with it. */
  readonly pointer: string
  readonly label: string
  readonly help?: string
  /** One entry per line. */
  readonly isList?: boolean
  /** It comes with Postmaster and cannot be changed in a built-in provider. */
  readonly isFixed?: boolean
}

const words = texts.providers

const entries: readonly TextEntry[] = [
  { field: 'name', pointer: '/name', label: words.name, isFixed: true },
  {
    field: 'authorizationEndpoint',
    pointer: '/authorizationEndpoint',
    label: words.authorizationEndpoint,
    help: words.authorizationHelp,
    isFixed: true,
  },
  {
    field: 'tokenEndpoint',
    pointer: '/tokenEndpoint',
    label: words.tokenEndpoint,
    help: words.tokenHelp,
    isFixed: true,
  },
  {
    field: 'revocationEndpoint',
    pointer: '/revocationEndpoint',
    label: words.revocationEndpoint,
    help: words.revocationHelp,
    isFixed: true,
  },
  { field: 'imapScopes', pointer: '/scopes/imap', label: words.imapScopes, help: words.scopesHelp, isList: true },
  { field: 'pop3Scopes', pointer: '/scopes/pop3', label: words.pop3Scopes, help: words.scopesHelp, isList: true },
  {
    field: 'appScopes',
    pointer: '/clientCredentialsScopes',
    label: words.appScopes,
    help: words.scopesHelp,
    isList: true,
  },
  {
    field: 'parameters',
    pointer: '/authorizationParameters',
    label: words.parameters,
    help: words.parametersHelp,
    isList: true,
  },
  { field: 'imapHost', pointer: '/hosts/imap', label: words.imapHost, help: words.hostsHelp },
  { field: 'pop3Host', pointer: '/hosts/pop3', label: words.pop3Host, help: words.hostsHelp },
]

const pointers = [...entries.map(({ pointer }) => pointer), '/clientAuthentication']

interface DialogProps {
  /** Absent for a new provider. */
  providerId?: string | undefined
  onClose: () => void
}

export const ProviderDialog = ({ providerId, onClose }: DialogProps) => (
  <BegunEdit resource="oauth2-providers" id={providerId} read={readProvider} onCancel={onClose}>
    {(begun) => <ProviderForm begun={begun} onClose={onClose} />}
  </BegunEdit>
)

const ProviderForm = ({ begun, onClose }: { begun: Versioned<Provider> | undefined; onClose: () => void }) => {
  const [draft, setDraft] = useState(() => providerDraft(begun?.value))
  const flash = useFlash()
  const providerId = begun?.value.providerId
  const builtIn = begun?.value.builtIn ?? false
  const { saving, theirs, error } = useVersionedEdit({
    begun,
    read: () => readProvider(providerId ?? ''),
    save: (input: ProviderDraft, etag) => saveProvider(providerId, providerBody(input), etag),
    onSaved: () => {
      flash.success(words.saved(draft.name))
      oauth2Changed()
      onClose()
    },
  })
  const errors = fieldErrors(error, pointers)
  const set = (part: Partial<ProviderDraft>) => setDraft({ ...draft, ...part })
  return (
    <FormDialog
      title={begun ? words.edit(begun.value.name) : words.add}
      isSaving={saving.isPending}
      problem={errors.rest}
      onSave={() => saving.mutate(draft)}
      onCancel={onClose}
    >
      {entries.map(({ field, pointer, label, help, isList = false, isFixed = false }) => {
        const readOnly = builtIn && isFixed
        const control = {
          value: draft[field],
          readOnly,
          onChange: ({ detail }: { detail: { value: string } }) => set({ [field]: detail.value }),
        }
        return (
          <FormField
            key={field}
            label={label}
            description={readOnly ? words.fixed : help}
            errorText={errors.at(pointer)}
          >
            {isList ? <Textarea rows={3} {...control} /> : <Input {...control} />}
          </FormField>
        )
      })}
      <FormField label={words.clientAuthentication} errorText={errors.at('/clientAuthentication')}>
        <RadioGroup
          value={draft.clientAuthentication}
          onChange={({ detail }) => set({ clientAuthentication: detail.value === 'header' ? 'header' : 'body' })}
          items={(['body', 'header'] as const).map((value) => ({ value, label: words.clientAuthentications[value] }))}
        />
      </FormField>
      {theirs && <ConflictAlert theirs={theirs} fields={compared(providerDraft(theirs), draft)} />}
    </FormDialog>
  )
}

const compared = (theirs: ProviderDraft, mine: ProviderDraft) =>
  entries.map(({ field, label }) => ({ label, theirs: theirs[field] || '–', mine: mine[field] || '–' }))
