import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { onPage } from '../../../shared/words/reasons.ts'
import type { Repair } from './repairs.ts'
import type { ConnectionTest, TestedStep } from './run-test.ts'
import { detailOf } from './step-detail.ts'
import { pageRemedies, stepNames, testTexts } from './texts.ts'

interface TestStepsProps {
  test: ConnectionTest
  /** What the form offers to repair a failed step. */
  repairsOf?: (step: TestedStep) => readonly Repair[]
  onRepair?: (repair: Repair) => void
}

/** Every step of a test with its result. A failed step has its cause, its remedy and, in a form, buttons that repair it. */
export const TestSteps = ({ test, repairsOf = () => [], onRepair }: TestStepsProps) => (
  <SpaceBetween size="xs">
    {test.steps.map((step) => (
      <div key={step.step}>
        <StatusIndicator type={indicatorOf(step)}>{stepNames[step.step] ?? step.step}</StatusIndicator>
        <Box color="text-body-secondary" margin={{ left: 'l' }}>
          {detailOf(step)}
        </Box>
        {remedyOf(step) !== undefined && (
          <Box margin={{ left: 'l', top: 'xxs' }}>
            <Alert type={step.state === 'failed' ? 'error' : 'info'}>
              <SpaceBetween size="xs">
                <div>{remedyOf(step)}</div>
                {typeof step.facts?.customCa === 'string' && <OfferedAuthority step={step} pem={step.facts.customCa} />}
                {repairsOf(step).map((repair) => (
                  <Button key={repair.text} formAction="none" onClick={() => onRepair?.(repair)}>
                    {repair.text}
                  </Button>
                ))}
              </SpaceBetween>
            </Alert>
          </Box>
        )}
      </div>
    ))}
  </SpaceBetween>
)

const remedyOf = (step: TestedStep): string | undefined => pageRemedies[step.code ?? ''] ?? onPage(step).remedy

const indicatorOf = ({ state, step }: TestedStep): StatusIndicatorProps.Type => {
  if (state === 'passed') return 'success'
  if (state === 'failed') return 'error'
  return step === 'tls' ? 'warning' : 'stopped'
}

const OfferedAuthority = ({ step, pem }: { step: TestedStep; pem: string }) => (
  <>
    <div>{testTexts.trustCaHelp}</div>
    {typeof step.facts?.fingerprint === 'string' && (
      <div>
        SHA-256 <span className="mono">{step.facts.fingerprint}</span>
      </div>
    )}
    <ExpandableSection headerText={testTexts.certificate}>
      <pre className="mono log">{pem}</pre>
    </ExpandableSection>
  </>
)
