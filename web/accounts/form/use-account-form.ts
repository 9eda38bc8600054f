import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { allProfiles, allProviders } from '../../api/short-lists.ts'
import { type FieldErrors, fieldErrors } from '../../shared/forms/field-errors.ts'
import { accountTypes } from '../account-types.ts'
import type { AccountDraft } from './draft/draft.ts'
import { type FieldPointer, fieldPointers, loginPointers, problemsOf } from './draft/problems.ts'

/** What the parts of the form share. */
export interface AccountForm {
  readonly draft: AccountDraft
  readonly change: (fields: Partial<AccountDraft>) => void
  /** @returns what is wrong with a field */
  readonly errorAt: (pointer: FieldPointer) => string | undefined
  /** The account as it was read; undefined for a new one. */
  readonly stored: AccountDraft | undefined
  /** The host that the provider of the chosen profile proposes for the type. */
  readonly proposedHost: string | undefined
}

/**
 * The state of the form: what is typed, what is wrong with it, and whether it differs from what is stored.
 * @param stored undefined for a new account
 */
export const useAccountForm = (stored: AccountDraft | undefined, start: AccountDraft) => {
  const [draft, setDraft] = useState(stored ?? start)
  const [checked, setChecked] = useState<readonly FieldPointer[]>([])
  const [refusal, setRefusal] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  const proposedHost = useProposedHost(draft)
  const refused: FieldErrors = fieldErrors(refusal, fieldPointers)
  const wrong = problemsOf(draft, stored, proposedHost !== undefined)
  const missing = wrong.filter(({ path }) => checked.includes(path))
  const compared = stored ?? start
  const checkFields = (pointers: readonly FieldPointer[]): boolean => {
    setChecked((before) => [...before, ...pointers])
    setRefusal(undefined)
    setAttempt((count) => count + 1)
    return wrong.every(({ path }) => !pointers.includes(path))
  }
  const form: AccountForm = {
    draft,
    stored,
    proposedHost,
    change: (fields) => setDraft((current) => ({ ...current, ...fields })),
    errorAt: (pointer) => missing.find(({ path }) => path === pointer)?.message ?? refused.at(pointer),
  }
  return {
    form,
    hasChanges: JSON.stringify(draft) !== JSON.stringify(compared),
    /** What belongs to no field. */
    problem: refused.rest,
    /** Changes whenever the form is sent or refused, so that the first error can be shown. */
    attempt,
    hasFieldErrors: missing.length > 0 || (refusal !== undefined && refusal !== null && !refused.rest),
    setDraft,
    refuse: (thrown: unknown) => {
      setRefusal(thrown)
      setAttempt((count) => count + 1)
    },
    /** Marks the fields that are missing. @returns whether the account can be saved */
    check: (): boolean => checkFields(fieldPointers),
    /** Marks the fields that are missing for a login. @returns whether the connection can be tested */
    checkLogin: (): boolean => checkFields(loginPointers),
  }
}

const useProposedHost = ({ authentication, profileId, type }: AccountDraft): string | undefined => {
  const isOAuth2 = authentication === 'oauth2'
  const profiles = useQuery({ ...allProfiles, enabled: isOAuth2 }).data
  const providers = useQuery({ ...allProviders, enabled: isOAuth2 }).data
  const profile = profiles?.find((candidate) => candidate.profileId === profileId)
  const hosts = providers?.find(({ providerId }) => providerId === profile?.providerId)?.hosts
  return isOAuth2 ? hosts?.[accountTypes[type].isImap ? 'imap' : 'pop3'] : undefined
}
