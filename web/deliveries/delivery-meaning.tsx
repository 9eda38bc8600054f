import Alert, { type AlertProps } from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { allDestinations } from '../api/short-lists.ts'
import { PageButton } from '../shared/navigation/page-button.tsx'
import type { Delivery } from './delivery.ts'
import { nextSteps, stateMeanings, deliveryTexts as texts } from './texts.ts'

const alertTypes: Readonly<Record<Delivery['state'], AlertProps.Type>> = {
  pending: 'info',
  delivering: 'info',
  delivered: 'success',
  waiting: 'warning',
  'in-doubt': 'warning',
  quarantined: 'error',
  handled: 'info',
}

/** Why the delivery is in its state, what happens next, and what a person can do. */
export const DeliveryMeaning = ({ delivery }: { delivery: Delivery }) => {
  const { state, reason, replay, possiblyDoubled } = delivery
  const next = nextSteps[state]
  return (
    <SpaceBetween size="s">
      <Alert type={alertTypes[state]} header={reason?.detail ?? stateMeanings[state]}>
        {reason && state !== 'handled' && <Box variant="p">{reason.remedy}</Box>}
        {next !== undefined && <Box variant="p">{next}</Box>}
        {replay && <Box variant="p">{texts.replayed}</Box>}
      </Alert>
      {possiblyDoubled && (
        <Alert type="warning" header={texts.doubled}>
          {texts.doubledRemedy}
        </Alert>
      )}
      <DestinationWaits delivery={delivery} />
    </SpaceBetween>
  )
}

/** A delivery that waits for its destination has no reason of its own. */
const DestinationWaits = ({ delivery: { state, destinationId } }: { delivery: Delivery }) => {
  const destination = useQuery(allDestinations).data?.find((one) => one.destinationId === destinationId)
  if (!destination || (state !== 'pending' && state !== 'waiting')) return null
  const condition = destination.validity === 'valid' ? destination.status.state : 'paused'
  if (condition === 'ok') return null
  const action = <PageButton to={`/destinations/${destinationId}`}>{texts.openDestination}</PageButton>
  return (
    <Alert type={condition === 'paused' ? 'info' : 'warning'} action={action}>
      {texts.waitsFor[condition](destination.name)}
    </Alert>
  )
}
