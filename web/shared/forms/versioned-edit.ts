import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '../../api/problems.ts'

export interface Versioned<T> {
  readonly value: T
  readonly etag: string
}

export interface Change {
  readonly changedBy: string
  readonly changedAt: string
}

interface VersionedEdit<T, Input> {
  /** The version that the person began with. Absent for a new resource. */
  begun?: Versioned<T> | undefined
  read: () => Promise<Versioned<T>>
  /** @param etag absent for a new resource */
  save: (input: Input, etag: string | undefined) => Promise<unknown>
  onSaved: () => void
}

/**
 * Saves a form over the version that the person began with. If another person has changed it in the meantime, `theirs`
 * is their version, and the next save replaces it.
 */
export const useVersionedEdit = <T extends Change, Input>({ begun, read, save, onSaved }: VersionedEdit<T, Input>) => {
  const [base, setBase] = useState(begun)
  const [theirs, setTheirs] = useState<T>()
  const saving = useMutation({
    mutationFn: async (input: Input) => {
      try {
        return await save(input, base?.etag)
      } catch (thrown) {
        if (asProblem(thrown).code === 'changed-meanwhile') {
          const fresh = await read()
          setBase(fresh)
          setTheirs(fresh.value)
        }
        throw thrown
      }
    },
    onSuccess: onSaved,
  })
  const conflict = saving.isError && asProblem(saving.error).code === 'changed-meanwhile'
  return { saving, theirs: conflict ? theirs : undefined, error: conflict ? undefined : saving.error }
}
