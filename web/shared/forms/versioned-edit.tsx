import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { asProblem } from '../../api/problems.ts'
import { When } from '../words/times.tsx'

export interface Versioned<T> {
  readonly value: T
  readonly etag: string
}

interface Change {
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

interface ConflictAlertProps<T> {
  theirs: T
  /** The form's fields that differ from their version. */
  differences: readonly { readonly label: string; readonly theirs: ReactNode; readonly mine: ReactNode }[]
}

/** Shows another person's change beside one's own. */
export const ConflictAlert = <T extends Change>({ theirs, differences }: ConflictAlertProps<T>) => (
  <Alert type="warning" header={`${theirs.changedBy} has changed this in the meantime`}>
    <Box variant="p">
      The change was saved <When at={theirs.changedAt} />. Your input is still here. Save again to replace the other
      change, or cancel to keep it.
    </Box>
    {differences.map(({ label, theirs: their, mine }) => (
      <Box key={label} variant="p">
        <b>{label}</b>: their value is {their}, and your value is {mine}.
      </Box>
    ))}
  </Alert>
)
