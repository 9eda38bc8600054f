import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'

type PagedList = Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>

/** The button below a list that the API returns in pages. It disappears with the last page. */
export const LoadMore = ({ list: { hasNextPage, isFetchingNextPage, fetchNextPage } }: { list: PagedList }) =>
  hasNextPage && (
    <Box textAlign="center">
      <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        Load more
      </Button>
    </Box>
  )
