import Box from '@cloudscape-design/components/box'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import type { Run } from './queries.ts'
import { texts } from './texts.ts'

/** How far a run is that is not over. */
export const RunBar = ({ run: { state, counts } }: { run: Run }) => {
  if (state === 'queued') return <Box>{texts.run.waiting}</Box>
  if (counts.found === 0) return <Box>{texts.run.opening}</Box>
  return (
    <ProgressBar
      value={((counts.found - counts.left) / counts.found) * 100}
      additionalInfo={texts.run.ofFound(counts)}
      ariaLabel={texts.run.progress}
    />
  )
}
