import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMutation } from '@tanstack/react-query'
import { ProblemAlert } from '../shared/feedback/problem-alert.tsx'
import { CopiedText } from '../shared/words/copied-text.tsx'
import { onPage } from '../shared/words/reasons.ts'
import { type DoctorStep, type Examination, examine } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.doctor
const types = { passed: 'success', failed: 'error', skipped: 'stopped' } as const

/** Finds out why an account with OAuth2 cannot be fetched, and says what to do. Admins only. */
export const Doctor = ({ accountId }: { accountId: string }) => {
  const examining = useMutation({ mutationFn: () => examine(accountId) })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={words.help}
          actions={
            <Button loading={examining.isPending} loadingText={words.running} onClick={() => examining.mutate()}>
              {examining.data ? words.again : words.run}
            </Button>
          }
        >
          {words.title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {examining.isPending && <StatusIndicator type="in-progress">{words.running}</StatusIndicator>}
        {examining.isError && <ProblemAlert thrown={examining.error} />}
        {examining.data && !examining.isPending && <Findings examination={examining.data} />}
      </SpaceBetween>
    </Container>
  )
}

const Findings = ({ examination: { passed, steps, conclusion, exchangeCommands } }: { examination: Examination }) => (
  <SpaceBetween size="m">
    <Alert type={passed ? 'success' : 'error'} header={conclusion.detail}>
      {onPage(conclusion).remedy}
    </Alert>
    {steps.map((step) => (
      <Step key={step.step} step={step} />
    ))}
    {exchangeCommands && exchangeCommands.length > 0 && (
      <SpaceBetween size="xs">
        <Box>{words.commands}</Box>
        <CopiedText label={words.commands} text={exchangeCommands.join('\n')} />
      </SpaceBetween>
    )}
  </SpaceBetween>
)

const Step = ({ step: { step, state, detail, facts = {} } }: { step: DoctorStep }) => (
  <div>
    <StatusIndicator type={types[state]}>{words.steps[step]}</StatusIndicator>
    <Box>{state === 'skipped' && detail === '' ? words.skipped : detail}</Box>
    {Object.entries(facts).map(([name, value]) => (
      <Box key={name} color="text-body-secondary" fontSize="body-s">
        {name}: <span className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</span>
      </Box>
    ))}
  </div>
)
