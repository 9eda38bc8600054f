import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'

/** What a table without rows shows: why it is empty, and what to do. */
export const EmptyTable = ({ children }: { children: ReactNode }) => (
  <Box textAlign="center" padding="l" color="inherit">
    <SpaceBetween size="s" alignItems="center">
      {children}
    </SpaceBetween>
  </Box>
)
