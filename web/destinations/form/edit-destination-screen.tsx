import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { useCanChange } from '../../api/me.ts'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { QueryView } from '../../shared/feedback/query-view.tsx'
import { ReaderNotice } from '../../shared/feedback/reader-notice.tsx'
import { ConflictAlert } from '../../shared/forms/conflict-alert.tsx'
import { useUnsavedChanges } from '../../shared/forms/unsaved-changes.ts'
import { useVersionedEdit, type Versioned } from '../../shared/forms/versioned-edit.ts'
import { Screen } from '../../shared/screen.tsx'
import type { Destination } from '../destination.ts'
import { editedDestinationQuery, readDestination, replaceDestination } from '../queries.ts'
import { listTexts } from '../texts.ts'
import { compared } from './compared.ts'
import { DestinationForm } from './destination-form.tsx'
import { type Draft, draftOf, inputOf } from './draft.ts'
import { formTexts as texts } from './texts.ts'

const EditDestinationScreen = () => {
  const { destinationId = '' } = useParams<{ destinationId: string }>()
  const query = useQuery(editedDestinationQuery(destinationId))
  const canChange = useCanChange()
  const name = query.data?.value.name
  const parents = [
    { text: listTexts.title, to: '/destinations' },
    { text: name ?? 'Destination', to: `/destinations/${destinationId}` },
  ]
  return (
    <Screen title={texts.edit(name ?? '')} parents={parents}>
      {canChange ? (
        <QueryView query={query}>{(begun) => <Editor begun={begun} />}</QueryView>
      ) : (
        <ReaderNotice text={texts.reader} show={texts.show} to={`/destinations/${destinationId}`} />
      )}
    </Screen>
  )
}

const Editor = ({ begun }: { begun: Versioned<Destination> }) => {
  const { destinationId } = begun.value
  const [stored] = useState(() => draftOf(begun.value))
  const [draft, setDraft] = useState(stored)
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const flash = useFlash()
  const release = useUnsavedChanges(draft !== stored)
  const { saving, theirs, error } = useVersionedEdit({
    begun,
    read: () => readDestination(destinationId),
    save: (input: Draft, etag) => replaceDestination(destinationId, inputOf(input), etag ?? '*'),
    onSaved: () => {
      release()
      void queries.invalidateQueries({ queryKey: ['destinations'] })
      flash.success(texts.saved(draft.name))
      navigate(`/destinations/${destinationId}`)
    },
  })
  return (
    <DestinationForm
      draft={draft}
      change={(fields) => setDraft((before) => ({ ...before, ...fields }))}
      isNew={false}
      isSaving={saving.isPending}
      error={error}
      notice={theirs && <ConflictAlert theirs={theirs} fields={compared(theirs, draft)} />}
      onSave={() => saving.mutate(draft)}
      cancelTo={`/destinations/${destinationId}`}
    />
  )
}

export default EditDestinationScreen
