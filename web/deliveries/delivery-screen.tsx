import Alert, { type AlertProps } from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useCanChange } from '../api/me.ts'
import { QueryView } from '../shared/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import { Attempts } from './attempts.tsx'
import type { Delivery } from './delivery.ts'
import { DeliveryActions } from './delivery-actions.tsx'
import { DeliveryFacts } from './delivery-facts.tsx'
import { deliveryQuery } from './queries.ts'
import { listTexts, stateMeanings, deliveryTexts as texts } from './texts.ts'

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
      description={query.data && (query.data.subject ?? listTexts.noSubject)}
      actions={canChange && query.data && <DeliveryActions delivery={query.data} />}
    >
      <QueryView query={query}>
        {(delivery) => (
          <SpaceBetween size="l">
            <Meaning delivery={delivery} />
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

const alertTypes: Readonly<Record<Delivery['state'], AlertProps.Type>> = {
  pending: 'info',
  delivering: 'info',
  delivered: 'success',
  waiting: 'warning',
  'in-doubt': 'warning',
  quarantined: 'error',
  handled: 'info',
}

/** Why the delivery is in its state, and what a person can do. */
const Meaning = ({ delivery: { state, reason, replay, possiblyDoubled } }: { delivery: Delivery }) => (
  <>
    <Alert type={alertTypes[state]} header={reason?.detail ?? stateMeanings[state]}>
      {reason && <Box variant="p">{stateMeanings[state]}</Box>}
      {reason && state !== 'handled' && <Box variant="p">{reason.remedy}</Box>}
      {replay && <Box variant="p">{texts.replayed}</Box>}
    </Alert>
    {possiblyDoubled && (
      <Alert type="warning" header={texts.doubled}>
        {texts.doubledRemedy}
      </Alert>
    )}
  </>
)

export default DeliveryScreen
