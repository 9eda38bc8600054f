import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { UseMutationResult } from '@tanstack/react-query'
import { ProblemAlert } from '../../../shared/feedback/problem-alert.tsx'
import type { AccountDraft } from '../draft/draft.ts'
import type { AccountForm } from '../use-account-form.ts'
import { repairsOf } from './repairs.ts'
import { type ConnectionTest, isSameConnection } from './run-test.ts'
import { TestProgress } from './test-progress.tsx'
import { TestResult } from './test-result.tsx'
import { testTexts } from './texts.ts'

interface TestPanelProps {
  form: AccountForm
  testing: UseMutationResult<ConnectionTest, unknown, AccountDraft>
  onTest: () => void
  /** Shows the field for the certificate of an own authority. */
  onEnterCa: () => void
}

/** The last test of what is typed in the form. */
export const TestPanel = ({ form: { draft, change }, testing, onTest, onEnterCa }: TestPanelProps) => {
  const isStale = testing.variables !== undefined && !isSameConnection(testing.variables, draft)
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button formAction="none" disabled={testing.isPending} onClick={onTest}>
              {testing.isIdle ? testTexts.start : testTexts.again}
            </Button>
          }
        >
          {testTexts.title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {testing.isIdle && <Box color="text-body-secondary">{testTexts.intro}</Box>}
        {testing.isPending && <TestProgress />}
        {testing.isError && <ProblemAlert thrown={testing.error} />}
        {testing.isSuccess && (
          <SpaceBetween size="m">
            {isStale && <Alert type="info">{testTexts.stale}</Alert>}
            <TestResult
              test={testing.data}
              repairsOf={(step) => repairsOf(step, draft)}
              onRepair={({ fields, entersCa }) => {
                if (entersCa) return onEnterCa()
                change(fields)
                testing.mutate({ ...draft, ...fields })
              }}
            />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  )
}
