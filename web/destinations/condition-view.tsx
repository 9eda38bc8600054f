import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { When } from '../shared/times.tsx'
import { conditionOf, type Destination, indicators } from './destination.ts'
import { conditionNames, stateTexts as texts } from './texts.ts'

/** How a destination is, and when Postmaster tries again. */
export const ConditionView = ({ destination }: { destination: Pick<Destination, 'validity' | 'status'> }) => {
  const condition = conditionOf(destination)
  const { nextProbeAt } = destination.status
  return (
    <StatusIndicator type={indicators[condition]}>
      {conditionNames[condition]}
      {nextProbeAt !== undefined && condition !== 'paused' && (
        <>
          , {texts.nextTry} <When at={nextProbeAt} />
        </>
      )}
    </StatusIndicator>
  )
}
