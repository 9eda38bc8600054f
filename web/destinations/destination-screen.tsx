import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useCanChange } from '../api/me.ts'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import { AgentSetup } from './agent/agent-setup.tsx'
import { Attention } from './attention.tsx'
import { DestinationActions } from './destination-actions.tsx'
import { SettingFacts, StateFacts } from './destination-facts.tsx'
import { LatestDeliveries } from './latest-deliveries.tsx'
import { destinationQuery, testDestination } from './queries.ts'
import { Tokens } from './secrets/tokens.tsx'
import { TestResultView } from './test-result.tsx'
import { listTexts, pageTexts as texts } from './texts.ts'

const parents = [{ text: listTexts.title, to: '/destinations' }]

const DestinationScreen = () => {
  const { destinationId = '' } = useParams<{ destinationId: string }>()
  const query = useQuery(destinationQuery(destinationId))
  const canChange = useCanChange()
  const test = useMutation({ mutationFn: () => testDestination(destinationId) })
  const read = query.data?.value
  return (
    <Screen
      title={read?.name ?? 'Destination'}
      parents={parents}
      description={read && texts.kinds[read.kind]}
      actions={
        canChange &&
        read && <DestinationActions destination={read} isTesting={test.isPending} onTest={() => test.mutate()} />
      }
    >
      <QueryView query={query}>
        {({ value: destination }) => (
          <SpaceBetween size="l">
            <Attention destination={destination} canChange={canChange} />
            <TestResultView isRunning={test.isPending} result={test.data} error={test.error} />
            <Container header={<Header variant="h2">{texts.handOver}</Header>}>
              <StateFacts destination={destination} />
            </Container>
            <LatestDeliveries destinationId={destinationId} />
            <Container header={<Header variant="h2">{texts.settings}</Header>}>
              <SettingFacts destination={destination} />
            </Container>
            <Tokens destination={destination} canChange={canChange} />
            {destination.kind === 'pull' && <AgentSetup expanded={destination.status.agent === undefined} />}
          </SpaceBetween>
        )}
      </QueryView>
    </Screen>
  )
}

export default DestinationScreen
