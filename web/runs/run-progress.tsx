import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { number } from '../shared/words/numbers.ts'
import { isOver, type Run } from './queries.ts'
import { RunBar } from './run-bar.tsx'
import { RunStateIndicator } from './run-state.tsx'
import { texts } from './texts.ts'

/** The progress of the run, and its counts, which balance at any time. */
export const RunProgress = ({ run }: { run: Run }) => {
  const { counts } = run
  const reasons = Object.entries(run.skippedBecause)
  return (
    <Container
      header={
        <Header variant="h2" actions={<RunStateIndicator state={run.state} />}>
          {texts.run.progress}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {!isOver(run) && run.queuedBehind === undefined && <RunBar run={run} />}
        <KeyValuePairs
          columns={4}
          items={[
            { label: texts.run.found, value: number(counts.found) },
            { label: texts.run.stored, value: number(counts.stored) },
            { label: texts.run.alreadyKnown, value: number(counts.alreadyKnown) },
            { label: texts.run.skipped, value: number(counts.skipped) },
            { label: isOver(run) ? texts.run.leftAtEnd : texts.run.left, value: number(counts.left) },
            { label: texts.run.announced, value: number(counts.announced) },
            { label: texts.run.deleted, value: number(counts.deleted) },
            ...(counts.moved > 0 ? [{ label: texts.run.moved, value: number(counts.moved) }] : []),
          ]}
        />
        {reasons.length > 0 && (
          <Box>
            {texts.run.skipped}:{' '}
            {reasons.map(([code, count]) => `${number(count)} ${texts.skipped[code] ?? code}`).join(', ')}.
          </Box>
        )}
        <Box color="text-body-secondary" fontSize="body-s">
          {texts.run.balance}
        </Box>
      </SpaceBetween>
    </Container>
  )
}
