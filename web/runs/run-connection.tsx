import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { connectionSteps } from './connection-steps.ts'
import type { Run } from './queries.ts'
import { texts } from './texts.ts'

/** The steps of the run's last connection. */
export const RunConnection = ({ run }: { run: Run }) => (
  <Container header={<Header variant="h2">{texts.run.connection}</Header>}>
    {run.connection === undefined ? (
      texts.run.notConnected
    ) : (
      <SpaceBetween size="xxs">
        {connectionSteps(run.connection, run.error !== undefined).map(({ text, isDone, after }) => (
          <StatusIndicator key={text} type={isDone ? 'success' : 'error'} wrapText>
            {text}
            {after !== undefined && (
              <Box variant="span" color="text-body-secondary">
                {` · ${after}`}
              </Box>
            )}
          </StatusIndicator>
        ))}
      </SpaceBetween>
    )}
  </Container>
)
