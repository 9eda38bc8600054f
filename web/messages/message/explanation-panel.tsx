import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Steps from '@cloudscape-design/components/steps'
import { useQuery } from '@tanstack/react-query'
import { QueryView } from '../../shared/feedback/query-view.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { When } from '../../shared/words/times.tsx'
import { screenOf } from '../api-links.ts'
import { explanationQuery } from '../queries.ts'
import { explanationTexts, stepTexts } from '../texts.ts'
import type { Explanation, ExplanationStep } from '../types.ts'
import { shownStep } from './explanation-steps.ts'

/** Why a message is where it is, step by step, up to the hand-over. */
export const ExplanationPanel = ({ messageId }: { messageId: string }) => (
  <Container header={<Header variant="h2">{explanationTexts.title}</Header>}>
    <QueryView query={useQuery(explanationQuery(messageId))}>
      {(explanation) => <ExplanationView explanation={explanation} />}
    </QueryView>
  </Container>
)

const ExplanationView = ({ explanation: { summary, steps, messageId } }: { explanation: Explanation }) => (
  <SpaceBetween size="m">
    <Box variant="p">{summary}</Box>
    <Steps ariaLabel={explanationTexts.steps} steps={steps.map((step) => stepOf(step, messageId))} />
  </SpaceBetween>
)

const stepOf = (step: ExplanationStep, messageId: string) => {
  const { title, status } = shownStep(step)
  return {
    status,
    statusIconAriaLabel: stepTexts.statuses[status],
    header: (
      <>
        <Box variant="span" fontWeight="bold">
          {title}
        </Box>{' '}
        {step.at !== undefined && (
          <Box variant="span" color="text-body-secondary">
            <When at={step.at} />
          </Box>
        )}
      </>
    ),
    details: <StepDetails step={step} messageId={messageId} />,
  }
}

const StepDetails = ({ step: { detail, links = {} }, messageId }: { step: ExplanationStep; messageId: string }) => {
  const targets = Object.entries(links).flatMap(([name, path]) => {
    const to = screenOf(path)
    return to === undefined || to === `/messages/${messageId}` ? [] : [{ name, to }]
  })
  return (
    <div className="wrapped">
      {detail}
      {targets.length > 0 && (
        <SpaceBetween direction="horizontal" size="s">
          {targets.map(({ name, to }) => (
            <PageLink key={to} to={to}>
              {stepTexts.links[name] ?? stepTexts.otherLink}
            </PageLink>
          ))}
        </SpaceBetween>
      )}
    </div>
  )
}
