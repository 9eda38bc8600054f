import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { components } from '../api/schema.d.ts'

export type Destination = components['schemas']['Destination']
export type DestinationInput = components['schemas']['DestinationInput']
export type Token = components['schemas']['DestinationToken']
export type TestResult = components['schemas']['DestinationTest']

/** The condition of a destination, in the order in which a person must look at it. */
export const conditions = ['suspended', 'failing', 'attention', 'paused', 'works'] as const
export type Condition = (typeof conditions)[number]

/** A destination that a person has paused is not a problem, even if mail waits for it. */
export const conditionOf = ({ validity, status }: Pick<Destination, 'validity' | 'status'>): Condition => {
  if (validity !== 'valid') return 'paused'
  if (status.state !== 'ok') return status.state
  return status.warnings.length > 0 ? 'attention' : 'works'
}

export const indicators: Readonly<Record<Condition, StatusIndicatorProps.Type>> = {
  works: 'success',
  attention: 'warning',
  failing: 'error',
  suspended: 'error',
  paused: 'stopped',
}

/** The API counts up to this number. */
const countedUpTo = 1000

/** @returns text such as "12", or "1,000 or more" */
export const countText = (count: number): string => (count >= countedUpTo ? '1,000 or more' : String(count))

/** @returns the address of the list of this destination's deliveries in a state */
export const deliveriesPath = (destinationId: string, state?: string): string =>
  `/deliveries?destination=${encodeURIComponent(destinationId)}${state === undefined ? '' : `&state=${state}`}`
