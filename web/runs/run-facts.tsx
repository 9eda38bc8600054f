import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { number, size } from '../shared/words/numbers.ts'
import { duration, When } from '../shared/words/times.tsx'
import { accountNameOf, type Run } from './queries.ts'
import { texts } from './texts.ts'

/** Who requested the run, when it ran and what it moved. */
export const RunFacts = ({ run }: { run: Run }) => {
  const byQueue = Object.entries(run.storedByQueue)
  const items: (KeyValuePairsProps.Item | false)[] = [
    {
      label: texts.run.account,
      value: <PageLink to={`/accounts/${run.accountId}`}>{accountNameOf(run)}</PageLink>,
    },
    {
      label: texts.run.requestedBy,
      value: (
        <>
          {run.trigger === 'schedule' ? texts.run.schedule : run.askedBy}, <When at={run.askedAt} />
        </>
      ),
    },
    { label: texts.run.started, value: <When at={run.startedAt} /> },
    { label: texts.run.ended, value: <When at={run.endedAt} /> },
    { label: texts.run.duration, value: run.duration === undefined ? '–' : duration(run.duration) },
    { label: texts.run.size, value: size(run.bytes) },
    { label: texts.run.roundTrips, value: number(run.roundTrips) },
    run.parts > 1 && { label: texts.run.parts, value: number(run.parts) },
    run.oldestWaitingAt !== undefined && {
      label: texts.run.oldestWaiting,
      value: <When at={run.oldestWaitingAt} />,
    },
    byQueue.length > 0 && {
      label: texts.run.byQueue,
      value: byQueue.map(([queue, count]) => `${queue} ${number(count)}`).join(', '),
    },
  ]
  return (
    <Container header={<Header variant="h2">{texts.run.facts}</Header>}>
      <KeyValuePairs columns={4} items={items.filter((item) => item !== false)} />
    </Container>
  )
}
