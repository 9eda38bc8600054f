import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { number } from '../../shared/words/numbers.ts'
import { deliveriesPath } from '../destination.ts'
import { countOf, type Progress } from './replay-messages.ts'
import { replayTexts as texts } from './texts.ts'

interface ReplayProgressProps {
  destinationId: string
  total: number
  progress: Progress
  isRunning: boolean
}

/** How many messages are handed over so far, and what could not be. */
export const ReplayProgress = ({ destinationId, total, progress, isRunning }: ReplayProgressProps) => {
  const count = countOf(progress)
  const { handedOver, unchanged, failed } = progress
  return (
    <SpaceBetween size="m">
      {isRunning ? (
        <ProgressBar
          label={texts.running}
          value={(100 * count) / total}
          additionalInfo={`${number(count)} / ${number(total)}`}
        />
      ) : (
        <Alert type={failed.length > 0 ? 'warning' : 'success'} header={texts.result(handedOver)}>
          {count < total && <Box variant="p">{texts.stopped}</Box>}
          {unchanged > 0 && <Box variant="p">{texts.unchanged(unchanged)}</Box>}
          <PageLink to={deliveriesPath(destinationId)}>{texts.watch}</PageLink>
        </Alert>
      )}
      {failed.length > 0 && (
        <div>
          <Box variant="p">{texts.failed(failed.length)}</Box>
          <ul>
            {failed.map(({ messageId, detail }) => (
              <li key={messageId}>
                <PageLink to={`/messages/${messageId}`}>{messageId.slice(0, 12)}</PageLink>: {detail}
              </li>
            ))}
          </ul>
        </div>
      )}
    </SpaceBetween>
  )
}
