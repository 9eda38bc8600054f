import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { components } from '../api/schema.d.ts'
import { healthTexts } from './account/texts.ts'

type HealthState = components['schemas']['AccountHealth']['state']

const types: Readonly<Record<HealthState, StatusIndicatorProps.Type>> = {
  ok: 'success',
  warning: 'warning',
  failing: 'error',
  waiting: 'pending',
  'not-fetched': 'stopped',
}

export const HealthIndicator = ({ state }: { state: HealthState }) => (
  <StatusIndicator type={types[state]}>{healthTexts.states[state]}</StatusIndicator>
)
