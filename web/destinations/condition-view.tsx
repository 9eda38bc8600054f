import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { When } from '../shared/words/times.tsx'
import { conditionOf, type Destination, indicators } from './destination.ts'
import { conditionNames, stateTexts as texts } from './texts.ts'

/** The condition of a destination, and when Postmaster tries again. */
export const ConditionView = ({ destination }: { destination: Pick<Destination, 'validity' | 'status'> }) => {
  const condition = conditionOf(destination)
  const { nextProbeAt } = destination.status
  return (
    <>
      <StatusIndicator type={indicators[condition]}>{conditionNames[condition]}</StatusIndicator>
      {nextProbeAt !== undefined && condition !== 'paused' && (
        <Box fontSize="body-s" color="text-body-secondary">
          {texts.nextProbe} <When at={nextProbeAt} />
        </Box>
      )}
    </>
  )
}
