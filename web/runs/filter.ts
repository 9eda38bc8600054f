import type { components } from '../api/schema.d.ts'

type Run = components['schemas']['Run']

export interface RunFilter {
  readonly state?: Run['state'] | undefined
  readonly trigger?: Run['trigger'] | undefined
  readonly accountId?: string | undefined
  /** The age of the oldest runs, in milliseconds. */
  readonly since: number
}

const hour = 3_600_000
const ages: Readonly<Record<string, number>> = { hour, day: 24 * hour, month: 31 * 24 * hour }
const week = 7 * 24 * hour

const states: readonly Run['state'][] = ['queued', 'running', 'done', 'failed', 'crashed', 'lost']

/** The filters of the list as the address has them. An empty text restricts nothing, and an unknown one counts as empty. */
export interface ShownRuns {
  readonly account: string
  readonly state: string
  readonly trigger: string
  readonly time: string
}

export const runFilterOf = ({ account, state, trigger, time }: ShownRuns): RunFilter => ({
  accountId: account === '' ? undefined : account,
  state: states.find((one) => one === state),
  trigger: trigger === 'schedule' || trigger === 'request' ? trigger : undefined,
  since: ages[time] ?? week,
})
