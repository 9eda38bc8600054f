import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { TestProgress } from '../form/testing/test-progress.tsx'
import { TestResult } from '../form/testing/test-result.tsx'
import { testTexts as texts } from '../form/testing/texts.ts'
import { testStoredAccount } from '../queries.ts'

/** Tests an account as it is stored. */
export const TestDialog = ({ accountId, onClose }: { accountId: string; onClose: () => void }) => {
  const testing = useQuery({
    queryKey: ['connection-test', accountId, useId()],
    queryFn: () => testStoredAccount(accountId),
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  return (
    <Modal
      visible
      size="large"
      header={texts.title}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button loading={testing.isFetching} onClick={() => void testing.refetch()}>
              {texts.again}
            </Button>
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {testing.isFetching ? (
        <TestProgress />
      ) : testing.isError ? (
        <ProblemAlert thrown={testing.error} />
      ) : (
        testing.data && <TestResult test={testing.data} />
      )}
    </Modal>
  )
}
