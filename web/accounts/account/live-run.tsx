import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { Run } from '../../runs/queries.ts'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { runTexts as texts } from './texts.ts'

/** The run that is going on, with its progress. */
export const LiveRun = ({ run }: { run: Run }) => (
  <Container
    header={
      <Header variant="h2" actions={<PageButton to={`/runs/${run.runId}`}>{texts.details}</PageButton>}>
        {texts.live}
      </Header>
    }
  >
    {run.state === 'queued' ? (
      <StatusIndicator type="pending">{texts.queued}</StatusIndicator>
    ) : run.counts.found === 0 ? (
      <StatusIndicator type="in-progress">{texts.connecting}</StatusIndicator>
    ) : (
      <>
        <ProgressBar ariaLabel={texts.live} value={(100 * finished(run)) / run.counts.found} />
        <Box>{texts.progress(finished(run), run.counts.found)}</Box>
      </>
    )}
  </Container>
)

const finished = ({ counts: { found, left } }: Run): number => found - left
