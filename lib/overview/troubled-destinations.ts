import type { DestinationView } from '../handover/destinations/destination-view.ts'
import type { Reason } from '../reasons/reason.ts'
import { type Overview, shownItems, type TroubledDestination, troubledStates } from './overview.ts'

type State = TroubledDestination['state']

/** @returns the destinations that do not work, the most urgent first. Each one has its most urgent state. */
export const troubledDestinations = (destinations: readonly DestinationView[]): Overview['destinations'] => {
  const items = destinations
    .flatMap((destination): TroubledDestination[] => {
      const trouble = troubleOf(destination)
      const { figures } = destination.status
      if (!trouble) return []
      return [
        {
          destinationId: destination.destinationId,
          name: destination.name,
          state: trouble.state,
          ...{ code: trouble.code, detail: trouble.detail, remedy: trouble.remedy },
          open: figures?.open ?? 0,
          ...(figures?.oldestOpenAt !== undefined && { oldestWaitingAt: figures.oldestOpenAt }),
        },
      ]
    })
    .toSorted((one, other) => troubledStates.indexOf(one.state) - troubledStates.indexOf(other.state))
  return { total: items.length, items: items.slice(0, shownItems) }
}

/** The warnings of a destination that stop its deliveries. Its quarantine is counted separately. */
const stateOf: Readonly<Record<string, State>> = {
  'destination-suspended': 'suspended',
  'destination-failing': 'failing',
  'deliveries-wait': 'paused',
  'no-token': 'agent-silent',
  'agent-silent': 'agent-silent',
}

const troubleOf = ({ name, doubt, status }: DestinationView): (Reason & { readonly state: State }) | undefined => {
  const found = status.warnings.flatMap((warning) => {
    const state = stateOf[warning.code]
    return state === undefined ? [] : [{ ...warning, state }]
  })
  const inDoubt = status.figures?.inDoubt ?? 0
  // Otherwise, Postmaster repeats these deliveries.
  if (inDoubt > 0 && doubt === 'ask') found.push({ ...inDoubtReason(name, inDoubt), state: 'in-doubt' })
  return found.toSorted((one, other) => troubledStates.indexOf(one.state) - troubledStates.indexOf(other.state))[0]
}

const inDoubtReason = (name: string, count: number): Reason => ({
  code: 'deliveries-in-doubt',
  detail: `${count === 1 ? 'One delivery' : `${count} deliveries`} may have arrived already, although nothing confirmed it.`,
  remedy: `Check in the ticket system whether they arrived. List them with \`postmaster deliveries list --destination "${name}" --state in-doubt\`. Then retry or handle each of them.`,
})
