import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import type { Run } from '../../runs/queries.ts'
import { RunBar } from '../../runs/run-bar.tsx'
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
    <RunBar run={run} />
  </Container>
)
