import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { PageButton } from '../../shared/navigation/page-button.tsx'
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
    <Box textAlign="center" padding="l" color="inherit">
      <SpaceBetween size="s" alignItems="center">
        <span>{reasonFor(isFiltered, loaded, hasMore)}</span>
        {isFiltered ? (
          <Button onClick={onClear}>{listTexts.clear}</Button>
        ) : (
          <PageButton to="/accounts">{listTexts.accounts}</PageButton>
        )}
      </SpaceBetween>
    </Box>
  )
}

const reasonFor = (isFiltered: boolean, loaded: number, hasMore: boolean): string => {
  if (loaded > 0) return listTexts.noTextMatch(loaded, hasMore)
  if (hasMore) return listTexts.emptyMore
  return isFiltered ? listTexts.noMatch : listTexts.empty
}
