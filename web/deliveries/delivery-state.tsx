import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useNow, When } from '../shared/words/times.tsx'
import { type Delivery, indicators } from './delivery.ts'
import { stateNames, deliveryTexts as texts } from './texts.ts'

type Shown = Pick<Delivery, 'state' | 'nextAttemptAt'>

/** The state of a delivery, and when Postmaster acts next. */
export const DeliveryStateView = ({ delivery: { state, nextAttemptAt } }: { delivery: Shown }) => (
  <>
    <StatusIndicator type={indicators[state]}>{stateNames[state]}</StatusIndicator>
    {nextAttemptAt !== undefined && (
      <Box fontSize="body-s" color="text-body-secondary">
        <NextAttempt at={nextAttemptAt} />
      </Box>
    )}
  </>
)

/** An agent makes an attempt when it next asks, so an attempt can be due for a while. */
const NextAttempt = ({ at }: { at: string }) =>
  Date.parse(at) <= useNow() ? (
    texts.attemptIsDue
  ) : (
    <>
      {texts.nextAttempt} <When at={at} />
    </>
  )
