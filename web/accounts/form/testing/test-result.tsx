import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { Repair } from './repairs.ts'
import { type ConnectionTest, loginComesLater, type TestedStep } from './run-test.ts'
import { TestSteps } from './test-steps.tsx'
import { testTexts } from './texts.ts'

interface TestResultProps {
  test: ConnectionTest
  repairsOf?: (step: TestedStep) => readonly Repair[]
  onRepair?: (repair: Repair) => void
}

/** The verdict, the mail that waits, and the steps. */
export const TestResult = ({ test, ...repairing }: TestResultProps) => (
  <SpaceBetween size="m">
    <div role="status">
      <StatusIndicator type={test.passed ? 'success' : loginComesLater(test) ? 'info' : 'error'}>
        {test.passed ? testTexts.passed : loginComesLater(test) ? testTexts.loginLater : testTexts.failed}
      </StatusIndicator>
    </div>
    {test.waiting && (
      <div>
        <Box variant="awsui-key-label">{testTexts.onServer}</Box>
        {testTexts.waiting(test.waiting.count, test.waiting.oldestAt)}
        {test.waiting.flaggedDeleted > 0 && ` ${testTexts.flaggedDeleted(test.waiting.flaggedDeleted)}`}
      </div>
    )}
    <TestSteps test={test} {...repairing} />
  </SpaceBetween>
)
