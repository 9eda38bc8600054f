import Button from '@cloudscape-design/components/button'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { EmptyTable } from '../../shared/tables/empty-table.tsx'
import { listTexts } from '../texts.ts'
import { isRestricted, type MessageFilters } from './filters.ts'

interface EmptyListProps {
  filters: MessageFilters
  /** The number of messages that are loaded, none of which matches the text. */
  loaded: number
  hasMore: boolean
  onClear: () => void
}

/** Why the list is empty, and what to do. */
export const EmptyList = ({ filters, loaded, hasMore, onClear }: EmptyListProps) => {
  const isFiltered = loaded > 0 || isRestricted(filters)
  return (
    <EmptyTable>
      <span>{reasonFor(isFiltered, loaded, hasMore)}</span>
      {isFiltered ? (
        <Button onClick={onClear}>{listTexts.clear}</Button>
      ) : (
        <PageButton to="/accounts">{listTexts.accounts}</PageButton>
      )}
    </EmptyTable>
  )
}

const reasonFor = (isFiltered: boolean, loaded: number, hasMore: boolean): string => {
  if (loaded > 0) return listTexts.noTextMatch(loaded, hasMore)
  if (hasMore) return listTexts.emptyMore
  return isFiltered ? listTexts.noMatch : listTexts.empty
}
