import Modal from '@cloudscape-design/components/modal'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { QueryView } from '../feedback/query-view.tsx'
import type { Versioned } from './versioned-edit.ts'

interface BegunEditProps<T> {
  /** The first part of the resource's query keys. */
  resource: string
  /** Absent for a new resource. */
  id: string | undefined
  read: (id: string) => Promise<Versioned<T>>
  onCancel: () => void
  /** The dialog with the form. */
  children: (begun: Versioned<T> | undefined) => ReactNode
}

/** Reads the version with which an edit in a dialog begins, or explains why it cannot be read. */
export const BegunEdit = <T,>({ resource, id, read, onCancel, children }: BegunEditProps<T>) => {
  const begun = useQuery({
    queryKey: [resource, id, 'edit'],
    queryFn: () => read(id ?? ''),
    enabled: id !== undefined,
    gcTime: 0,
  })
  if (id === undefined || begun.data) return children(begun.data)
  return (
    <Modal visible header="Loading …" onDismiss={onCancel}>
      <QueryView query={begun}>{() => null}</QueryView>
    </Modal>
  )
}
