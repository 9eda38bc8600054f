import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useCanChange } from '../api/me.ts'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import { subjectText } from '../shared/words/subject.ts'
import { Attempts } from './attempts.tsx'
import { DeliveryActions } from './delivery-actions.tsx'
import { DeliveryFacts } from './delivery-facts.tsx'
import { DeliveryMeaning } from './delivery-meaning.tsx'
import { DownloadButton } from './download-button.tsx'
import { deliveryQuery } from './queries.ts'
import { listTexts, deliveryTexts as texts } from './texts.ts'

const parents = [{ text: listTexts.title, to: '/deliveries' }]

const DeliveryScreen = () => {
  const { deliveryId = '' } = useParams<{ deliveryId: string }>()
  const query = useQuery(deliveryQuery(decodeURIComponent(deliveryId)))
  const canChange = useCanChange()
  const title = query.data ? texts.to(query.data.destinationName ?? texts.deletedDestination) : 'Delivery'
  return (
    <Screen
      title={title}
      parents={parents}
      description={query.data && subjectText(query.data.subject, query.data.erased ?? false)}
      actions={
        query.data && (
          <SpaceBetween direction="horizontal" size="xs">
            <DownloadButton messageId={query.data.messageId} />
            {canChange && <DeliveryActions delivery={query.data} />}
          </SpaceBetween>
        )
      }
    >
      <QueryView query={query}>
        {(delivery) => (
          <SpaceBetween size="l">
            <DeliveryMeaning delivery={delivery} />
            <Container header={<Header variant="h2">{texts.facts}</Header>}>
              <DeliveryFacts delivery={delivery} />
            </Container>
            <Container
              header={
                <Header variant="h2" description={texts.attemptsDescription}>
                  {texts.attempts}
                </Header>
              }
            >
              <Attempts attempts={delivery.attempts} />
            </Container>
          </SpaceBetween>
        )}
      </QueryView>
    </Screen>
  )
}

export default DeliveryScreen
