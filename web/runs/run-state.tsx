import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { RunState } from './queries.ts'
import { texts } from './texts.ts'

const types: Readonly<Record<RunState, StatusIndicatorProps.Type>> = {
  queued: 'pending',
  running: 'in-progress',
  done: 'success',
  failed: 'error',
  crashed: 'error',
  lost: 'error',
}

export const RunStateIndicator = ({ state }: { state: RunState }) => (
  <StatusIndicator type={types[state]}>{texts.states[state]}</StatusIndicator>
)
