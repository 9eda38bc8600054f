import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { Screen } from '../shared/screen.tsx'
import { onPage } from '../shared/words/reasons.ts'
import { accountNameOf, isOver, runQuery } from './queries.ts'
import { RunConnection } from './run-connection.tsx'
import { RunConversation } from './run-conversation.tsx'
import { RunEvents } from './run-events.tsx'
import { RunFacts } from './run-facts.tsx'
import { RunMessages } from './run-messages.tsx'
import { RunProgress } from './run-progress.tsx'
import { texts } from './texts.ts'

const RunScreen = () => {
  const { runId = '' } = useParams()
  const query = useQuery(runQuery(runId))
  return (
    <Screen
      title={query.data ? texts.run.title(accountNameOf(query.data)) : 'Run'}
      parents={[{ text: texts.title, to: '/runs' }]}
    >
      <QueryView query={query}>
        {(run) => (
          <SpaceBetween size="l">
            {run.queuedBehind !== undefined && (
              <Alert>
                {texts.run.behind} <PageLink to={`/runs/${run.queuedBehind}`}>{texts.run.behindLink}</PageLink>
              </Alert>
            )}
            {run.error && (
              <Alert type="error" header={run.error.detail}>
                {onPage(run.error).remedy}
              </Alert>
            )}
            <RunProgress run={run} />
            <RunFacts run={run} />
            <RunConnection run={run} />
            <RunMessages runId={runId} isLive={!isOver(run)} />
            <RunEvents events={run.events} />
            <RunConversation run={run} />
          </SpaceBetween>
        )}
      </QueryView>
    </Screen>
  )
}

export default RunScreen
