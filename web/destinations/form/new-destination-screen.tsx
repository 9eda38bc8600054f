import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useCanChange } from '../../api/me.ts'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { ReaderNotice } from '../../shared/feedback/reader-notice.tsx'
import { useUnsavedChanges } from '../../shared/forms/unsaved-changes.ts'
import { Screen } from '../../shared/screen.tsx'
import { createDestination } from '../queries.ts'
import { listTexts } from '../texts.ts'
import { DestinationForm } from './destination-form.tsx'
import { type Draft, emptyDraft, inputOf } from './draft.ts'
import { formTexts as texts } from './texts.ts'

const parents = [{ text: listTexts.title, to: '/destinations' }]

const NewDestinationScreen = () => (
  <Screen title={texts.add} parents={parents}>
    {useCanChange() ? <Editor /> : <ReaderNotice text={texts.reader} show={texts.list} to="/destinations" />}
  </Screen>
)

const Editor = () => {
  const [begun] = useState(emptyDraft)
  const [draft, setDraft] = useState(begun)
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const flash = useFlash()
  const release = useUnsavedChanges(draft !== begun)
  const creating = useMutation({
    mutationFn: () => createDestination(inputOf(draft)),
    onSuccess: ({ destinationId, name }) => {
      release()
      void queries.invalidateQueries({ queryKey: ['destinations'] })
      flash.success(texts.created(name))
      navigate(`/destinations/${destinationId}`)
    },
  })
  return (
    <DestinationForm
      draft={draft}
      change={(fields: Partial<Draft>) => setDraft((before) => ({ ...before, ...fields }))}
      isNew
      isSaving={creating.isPending}
      error={creating.error}
      onSave={() => creating.mutate()}
      cancelTo="/destinations"
    />
  )
}

export default NewDestinationScreen
