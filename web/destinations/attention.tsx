import Alert, { type AlertProps } from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { PageButton } from '../shared/navigation/page-button.tsx'
import { When } from '../shared/words/times.tsx'
import { type Destination, deliveriesPath } from './destination.ts'
import { stateTexts, attentionTexts as texts } from './texts.ts'
import { TryNowButton } from './try-now-button.tsx'

type Warning = Destination['status']['warnings'][number]

/** What needs a person, the most urgent first, each with what to do about it. */
export const Attention = ({ destination, canChange }: { destination: Destination; canChange: boolean }) => (
  <SpaceBetween size="s">
    {destination.status.warnings.map((warning) => {
      const { type = 'warning', header, content, action } = alertOf(warning, destination, canChange)
      return (
        <Alert key={warning.code} type={type} header={header} action={action}>
          {content}
        </Alert>
      )
    })}
  </SpaceBetween>
)

interface Shown {
  type?: AlertProps.Type
  header: string
  content: ReactNode
  action?: ReactNode
}

/** The API's own sentences contain times in UTC and commands, so the page has sentences of its own for what it knows. */
const alertOf = ({ code, detail, remedy }: Warning, destination: Destination, canChange: boolean): Shown => {
  const { destinationId, status } = destination
  const { figures, agent } = status
  const show = (state: string) => <PageButton to={deliveriesPath(destinationId, state)}>{texts.show}</PageButton>
  switch (code) {
    case 'destination-failing':
    case 'destination-suspended':
      return {
        type: 'error',
        header: code === 'destination-failing' ? texts.failing : texts.suspended,
        content: <Failure status={status} />,
        action: canChange && <TryNowButton destinationId={destinationId} />,
      }
    case 'no-token':
      return { header: texts.noToken, content: texts.noTokenRemedy }
    case 'agent-silent':
      return {
        header: texts.silent,
        content: (
          <>
            {agent ? (
              <>
                {texts.lastAsked} <When at={agent.lastSeenAt} />.
              </>
            ) : (
              texts.neverAsked
            )}{' '}
            {texts.silentRemedy}
          </>
        ),
      }
    case 'quarantine-not-empty':
      return {
        header: texts.quarantined(figures?.quarantined ?? 0),
        content: texts.quarantinedRemedy,
        action: show('quarantined'),
      }
    case 'deliveries-wait':
      return {
        type: 'info',
        header: texts.paused(figures?.open ?? 0),
        content: texts.pausedRemedy,
        action: show('open'),
      }
    case 'deliveries-late':
      return {
        header: texts.late(figures?.open ?? 0),
        content: (
          <>
            {texts.lateSince} <When at={figures?.oldestOpenAt} />. {texts.lateRemedy}
          </>
        ),
        action: show('open'),
      }
    default:
      return { header: detail, content: remedy }
  }
}

const Failure = ({ status: { reason, failingSince, nextProbeAt } }: { status: Destination['status'] }) => (
  <>
    <Box variant="p">
      {reason?.detail} {reason?.remedy}
    </Box>
    <Box variant="p">
      {texts.since} <When at={failingSince} />. {stateTexts.nextProbe} <When at={nextProbeAt} />. {texts.order}
    </Box>
  </>
)
