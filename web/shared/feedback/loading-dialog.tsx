import Modal from '@cloudscape-design/components/modal'
import type { UseQueryResult } from '@tanstack/react-query'
import { QueryView } from './query-view.tsx'

/** Stands in for a dialog until what it edits is read, or explains why it cannot be read. */
export const LoadingDialog = <T,>({ query, onCancel }: { query: UseQueryResult<T>; onCancel: () => void }) => (
  <Modal visible header="Loading …" onDismiss={onCancel}>
    <QueryView query={query}>{() => null}</QueryView>
  </Modal>
)
