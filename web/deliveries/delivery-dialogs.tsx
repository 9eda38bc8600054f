import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { allDestinations } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { actionTexts } from './texts.ts'

interface DialogProps {
  onDone: () => void
  onCancel: () => void
}

const longestNote = 250

/** Asks for a note before something is marked as handled. */
export const HandleDialog = ({
  title,
  children,
  handle,
  ...dialog
}: DialogProps & {
  title: string
  children: ReactNode
  /** @param note empty if there is none */
  handle: (note: string) => Promise<unknown>
}) => {
  const [note, setNote] = useState('')
  const texts = actionTexts.handle
  return (
    <ConfirmDialog {...dialog} title={title} confirm={actionTexts.names.handle} action={() => handle(note.trim())}>
      {children}
      <FormField label={texts.note} description={texts.noteDescription}>
        <Input
          value={note}
          placeholder={texts.noteExample}
          nativeInputAttributes={{ maxLength: longestNote }}
          onChange={({ detail }) => setNote(detail.value)}
        />
      </FormField>
    </ConfirmDialog>
  )
}

/** Asks which destination receives the message instead. */
export const RedirectDialog = ({
  from,
  redirect,
  ...dialog
}: DialogProps & {
  /** The destination of the delivery. */
  from: string
  redirect: (destination: { id: string; name: string }) => Promise<unknown>
}) => {
  const [chosen, setChosen] = useState<{ id: string; name: string }>()
  const destinations = useQuery(allDestinations)
  const texts = actionTexts.redirect
  const others = (destinations.data ?? []).filter(({ destinationId }) => destinationId !== from)
  return (
    <ConfirmDialog
      {...dialog}
      title={texts.title}
      confirm={actionTexts.names.redirect}
      disabled={!chosen}
      action={() => (chosen ? redirect(chosen) : Promise.resolve())}
    >
      {texts.text}
      <FormField label={texts.destination}>
        <Select
          selectedOption={chosen ? { value: chosen.id, label: chosen.name } : null}
          placeholder={texts.choose}
          empty={texts.none}
          statusType={destinations.isPending ? 'loading' : destinations.isError ? 'error' : 'finished'}
          options={others.map(({ destinationId, name }) => ({ value: destinationId, label: name }))}
          onChange={({ detail: { selectedOption } }) =>
            setChosen({ id: selectedOption.value ?? '', name: selectedOption.label ?? '' })
          }
        />
      </FormField>
    </ConfirmDialog>
  )
}
