import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import { When } from '../shared/words/times.tsx'
import type { Overview } from './queries.ts'
import { texts } from './texts.ts'

/** Whether the schedule runs. Without it, nothing on this page would change, and no one would notice. */
export const TickStatus = ({ overview: { tick } }: { overview: Overview }) => {
  if (!tick) return <Box>{texts.noTick}</Box>
  const facts = (
    <>
      {texts.lastTick} <When at={tick.at} />. {texts.tickCounts(tick.accountsDue, tick.accountsQueued)}
    </>
  )
  if (!tick.overdue) return <Box color="text-body-secondary">{facts}</Box>
  return (
    <Alert type="error" header={texts.overdue}>
      {texts.overdueRemedy} {facts}
    </Alert>
  )
}
