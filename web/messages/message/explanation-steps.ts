import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { stepTexts } from '../texts.ts'
import type { ExplanationStep } from '../types.ts'

type Status = StatusIndicatorProps.Type

const statuses: Readonly<Record<ExplanationStep['code'], Status>> = {
  received: 'success',
  seen: 'success',
  stored: 'success',
  dispatched: 'success',
  automatic: 'info',
  'control-honoured': 'success',
  'control-ignored': 'warning',
  recovered: 'info',
  announced: 'success',
  'not-announced': 'stopped',
  'run-event': 'info',
  'left-server': 'success',
  'on-server': 'info',
  'handed-over': 'success',
  'handover-pending': 'in-progress',
  'handover-waiting': 'warning',
  'handover-in-doubt': 'warning',
  'handover-quarantined': 'error',
  'handover-handled': 'stopped',
  erased: 'stopped',
  'not-received': 'warning',
}

/** @returns how a step is shown. A later version of the API may add codes, which are shown without a title. */
export const shownStep = ({ code, at }: Pick<ExplanationStep, 'code' | 'at'>): { title: string; status: Status } => {
  // Without a time, the announcement has not been given up. The next run sends it again.
  if (code === 'not-announced' && at === undefined) return { title: stepTexts.announcing, status: 'in-progress' }
  return { title: stepTexts.titles[code] ?? stepTexts.other, status: statuses[code] ?? 'info' }
}
