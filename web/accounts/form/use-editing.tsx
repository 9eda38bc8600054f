import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { asProblem } from '../../api/problems.ts'
import { queryClient } from '../../api/query-client.ts'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { useUnsavedChanges } from '../../shared/forms/unsaved-changes.ts'
import { lastAddressOf } from '../../shared/navigation/last-address.ts'
import { accountQuery, accountsChanged, readAccount } from '../queries.ts'
import { type AccountDraft, draftOf, emptyDraft } from './draft/draft.ts'
import { type Stored, saveAccount } from './save.ts'
import { SavedNotice } from './saved-notice.tsx'
import { useAccountForm } from './use-account-form.ts'

/** What follows a save: editing goes on, or the list is shown. */
type Next = 'stay' | 'finish'

interface Save {
  readonly draft: AccountDraft
  readonly over: Stored | undefined
  readonly next: Next
}

/** Saves the form over the version that the person began with, and finds out whether another person has saved it in the meantime. */
export const useEditing = (begun: Stored | undefined) => {
  const [, navigate] = useLocation()
  const flash = useFlash()
  const [stored, setStored] = useState(begun)
  const [theirs, setTheirs] = useState<Stored>()
  const state = useAccountForm(stored && draftOf(stored.value), emptyDraft)
  const release = useUnsavedChanges(state.hasChanges)
  const saving = useMutation({
    mutationFn: ({ draft, over }: Save) => saveAccount(draft, over),
    onSuccess: ({ value, etag }, { over, next }) => {
      const { fetch: _started, ...account } = value
      const { accountId } = account
      queryClient.setQueryData(accountQuery(accountId).queryKey, { value: account, etag })
      accountsChanged()
      flash.success(<SavedNotice saved={value} isNew={over === undefined} />)
      release()
      if (next === 'finish') return navigate(lastAddressOf('/accounts'))
      if (over === undefined) return navigate(`/accounts/${accountId}/edit`, { replace: true })
      setStored({ value: account, etag })
      state.setDraft(draftOf(account))
    },
    onError: async (thrown, { over }) => {
      if (!over || asProblem(thrown).code !== 'changed-meanwhile') return state.refuse(thrown)
      try {
        setTheirs(await readAccount(over.value.accountId))
      } catch (unreadable) {
        state.refuse(unreadable)
      }
    },
  })
  return {
    stored,
    state,
    saving: saving.isPending ? saving.variables.next : undefined,
    save: (next: Next) => {
      if (!saving.isPending && state.check()) saving.mutate({ draft: state.form.draft, over: stored, next })
    },
    conflict: theirs && {
      theirs,
      cancel: () => setTheirs(undefined),
      resolve: (draft: AccountDraft) => {
        setTheirs(undefined)
        setStored(theirs)
        state.setDraft(draft)
        saving.mutate({ draft, over: theirs, next: saving.variables?.next ?? 'stay' })
      },
    },
  }
}
