import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { ProblemAlert } from '../shared/feedback/problem-alert.tsx'
import { LogText } from '../shared/words/log-text.tsx'
import type { TestResult } from './destination.ts'
import { testTexts as texts } from './texts.ts'

interface TestResultViewProps {
  isRunning: boolean
  result: TestResult | undefined
  error: unknown
}

/** The progress and the result of a test, step by step. */
export const TestResultView = ({ isRunning, result, error }: TestResultViewProps) => {
  if (!isRunning && !result && !error) return null
  return (
    <Container header={<Header variant="h2">{texts.title}</Header>}>
      {isRunning ? (
        <StatusIndicator type="in-progress">{texts.running}</StatusIndicator>
      ) : error ? (
        <ProblemAlert thrown={error} />
      ) : (
        result && <Result result={result} />
      )}
    </Container>
  )
}

const Result = ({ result: { passed, detail, remedy, transcript } }: { result: TestResult }) => (
  <SpaceBetween size="m">
    <Alert type={passed ? 'success' : 'error'} header={passed ? texts.passed : texts.failed}>
      <Box variant="p">{detail}</Box>
      {remedy !== undefined && <Box variant="p">{remedy}</Box>}
    </Alert>
    {transcript.length > 0 && (
      <div>
        <Box variant="h3">{texts.steps}</Box>
        <LogText label={texts.steps} text={transcript.map((line, index) => `${index + 1}. ${line}`).join('\n')} />
      </div>
    )}
  </SpaceBetween>
)
