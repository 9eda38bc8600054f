import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { When } from '../shared/times.tsx'
import { type Delivery, indicators } from './delivery.ts'
import { stateNames } from './texts.ts'

/** The state of a delivery, and when Postmaster acts next. */
export const DeliveryStateView = ({ delivery }: { delivery: Pick<Delivery, 'state' | 'nextAttemptAt'> }) => (
  <StatusIndicator type={indicators[delivery.state]}>
    {stateNames[delivery.state]}
    {delivery.nextAttemptAt !== undefined && (
      <>
        , next attempt <When at={delivery.nextAttemptAt} />
      </>
    )}
  </StatusIndicator>
)
