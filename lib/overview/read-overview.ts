import type { DynamoDestinations } from '../handover/destinations/destination-store.ts'
import { mostDestinations } from '../handover/destinations/destination-store.ts'
import { type DestinationViewServices, destinationViewsOf } from '../handover/destinations/destination-view.ts'
import type { UnstoredMessages } from '../messages/unstored/unstored-messages.ts'
import type { ProfileStore } from '../oauth2/profiles/profile-store.ts'
import { hourOf } from '../tables/items.ts'
import { type EndingConsentsServices, endingConsents } from './ending-consents.ts'
import { endingSecrets } from './ending-secrets.ts'
import { type FailingServices, failingAccounts } from './failing-accounts.ts'
import { overdueAfter, tickAgeOf } from './latest-tick.ts'
import type { Overview } from './overview.ts'
import type { OverviewStore, Summaries, TickSummary } from './overview-store.ts'
import { type UnreceivedServices, unreceivedQueues } from './receivers/unreceived-queues.ts'
import { troubledDestinations } from './troubled-destinations.ts'

export interface OverviewServices
  extends FailingServices,
    EndingConsentsServices,
    DestinationViewServices,
    UnreceivedServices {
  readonly overview: Pick<OverviewStore, 'readSummaries' | 'storedByHour'>
  readonly profiles: Pick<ProfileStore, 'list'>
  readonly destinations: Pick<DynamoDestinations, 'list'>
  readonly unstored: Pick<UnstoredMessages, 'countOpen'>
  readonly tickMinutes: number
}

/**
 * Reads the overview. Counts come from the summary that the latest tick wrote. Everything that a person can repair is
 * read from small or sparse indexes, so that it disappears at once.
 */
export const readOverview = async (services: OverviewServices): Promise<Overview> => {
  const { overview, unstored } = services
  const reading = overview.readSummaries()
  const [summaries, clientSecrets, handover, messages, mail] = await Promise.all([
    reading,
    endingSecrets(services),
    handoverOf(services, reading),
    unstored.countOpen(),
    mailOf(services),
  ])
  const { tick } = summaries
  const [failing, consents] = await Promise.all([
    failingAccounts(services, tick?.accounts.failing ?? 0),
    endingConsents(services, summaries.consents),
  ])
  const { deliveries, ...others } = handover
  return {
    ...(tick && { writtenAt: tick.writtenAt, tick: tickOf(tick, services), accounts: tick.accounts }),
    failing,
    consents,
    clientSecrets,
    quarantine: { total: messages + deliveries, messages, deliveries },
    ...others,
    mail,
  }
}

const tickOf = (
  { slot, writtenAt, accountsDue, accountsQueued }: TickSummary,
  { now, tickMinutes }: OverviewServices,
): NonNullable<Overview['tick']> => {
  const overdue = tickAgeOf({ writtenAt }, now(), tickMinutes) > overdueAfter
  return { slot, at: writtenAt, accountsDue, accountsQueued, overdue }
}

const handoverOf = async (services: OverviewServices, reading: Promise<Summaries>) => {
  const { items: destinations } = await services.destinations.list({ limit: mostDestinations })
  const [views, queues] = await Promise.all([
    destinationViewsOf(services, destinations),
    reading.then(({ receivers }) => unreceivedQueues(services, destinations, receivers)),
  ])
  const quarantined = views.map(({ status }) => status.figures?.quarantined ?? 0)
  return {
    destinations: troubledDestinations(views),
    queues,
    deliveries: quarantined.reduce((sum, one) => sum + one, 0),
  }
}

const hourLength = 60 * 60_000
/** The current hour and the 24 hours before it. */
const hoursShown = 25

const mailOf = async ({ overview, now }: OverviewServices): Promise<Overview['mail']> => {
  const latest = now().getTime()
  const hours = Array.from({ length: hoursShown }, (_, index) =>
    hourOf(new Date(latest - (hoursShown - 1 - index) * hourLength).toISOString()),
  )
  const stored = await overview.storedByHour(hours[0] ?? '', hours.at(-1) ?? '')
  const counted = hours.map((hour) => ({ from: `${hour}:00:00.000Z`, stored: stored.get(hour) ?? 0 }))
  return { total: counted.reduce((sum, hour) => sum + hour.stored, 0), hours: counted }
}
