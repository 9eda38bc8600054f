import * as z from 'zod'
import type { Versioned } from '../../changes/versioned-change.ts'
import { reasonOf } from '../../reasons/reason.ts'
import { reasonFields, timeField } from '../../requests/documented-fields.ts'
import type { Clock } from '../../text/clock.ts'
import type { DynamoCircuits } from '../circuits/dynamo-circuits.ts'
import { lastSignOf } from './agent-sign.ts'
import { type Destination, publicFields } from './destination.ts'
import { destinationDocs as docs } from './destination-docs.ts'
import type { DynamoDestinationTokens } from './destination-tokens.ts'
import { type DestinationState, destinationWarningsOf } from './destination-warnings.ts'
import type { FiguresStore } from './figures.ts'

const warningSchema = z.object(
  reasonFields({
    code: 'agent-silent',
    detail: 'No agent has asked for deliveries yet.',
    remedy: 'On the host of the ticket system, check whether `postmaster deliver` is running.',
  }),
)

const count = (description: string, example: number) => z.int().meta({ description, examples: [example] })

const statusSchema = z.object({
  state: z.enum(['ok', 'failing', 'suspended']).meta({
    description:
      '`failing`: the destination itself fails, so its deliveries wait in order while Postmaster probes it. `suspended`: it has failed for 24 hours or wants ' +
      'no further requests. Postmaster still probes it every hour.',
    examples: ['ok'],
  }),
  failingSince: timeField('The time since which the destination has been failing. Absent while it works.').optional(),
  nextProbeAt: timeField('When Postmaster tries again. Absent while the destination works.').optional(),
  reason: z
    .object(
      reasonFields({
        code: 'receiver-unavailable',
        detail: 'The receiver responded with status 503.',
        remedy: 'Check whether the receiver is running.',
      }),
    )
    .meta({ description: 'Why the destination fails. Absent while it works.' })
    .optional(),
  figures: z
    .object({
      at: timeField('When these figures were counted. They are renewed every minute.'),
      open: count('Deliveries that have not ended and are not quarantined, counted up to 1,000.', 2),
      oldestOpenAt: timeField('When the oldest of them was planned. Absent if there is none.').optional(),
      inDoubt: count('Deliveries that may have been received already, although nothing confirmed it.', 0),
      quarantined: count('Deliveries that need a person, counted up to 1,000.', 0),
    })
    .meta({ description: 'Absent until the deliveries are counted for the first time.' })
    .optional(),
  agent: z
    .object({
      lastSeenAt: timeField('When an agent last used a token of the destination. Accurate to the minute.'),
      host: z
        .string()
        .meta({ description: 'The host on which it runs.', examples: ['otobo01'] })
        .optional(),
      version: z
        .string()
        .meta({ description: 'Its version.', examples: ['1.0.0'] })
        .optional(),
    })
    .meta({ description: 'The latest request of an agent or receiver. Absent until a token is used.' })
    .optional(),
  warnings: z
    .array(warningSchema)
    .meta({ description: 'What needs attention, the most urgent first.', examples: [[]] }),
})

const publicSchema = z.object(publicFields)

/** A destination in an API response. Its version is the ETag. */
export const destinationViewSchema = publicSchema
  .extend({
    previousSecretUntil: z.string().meta(docs.previousSecretUntil).optional(),
    status: statusSchema.meta({ description: 'The state of the hand-over.' }),
  })
  .meta({ id: 'Destination', description: 'Where mail is handed over. Its secrets and tokens are never shown.' })
export type DestinationView = z.infer<typeof destinationViewSchema>

/** The dependencies of a view. */
export interface DestinationViewServices {
  readonly circuits: Pick<DynamoCircuits, 'readMany'>
  readonly figures: Pick<FiguresStore, 'readMany'>
  readonly tokens: Pick<DynamoDestinationTokens, 'ofDestination'>
  readonly now: Clock
}

/** @returns the views in the given order */
export const destinationViewsOf = async (
  services: DestinationViewServices,
  destinations: readonly Destination[],
): Promise<DestinationView[]> => {
  const ids = destinations.map(({ destinationId }) => destinationId)
  const [circuits, figures, tokens] = await Promise.all([
    services.circuits.readMany(ids),
    services.figures.readMany(ids),
    // At most 50 destinations exist, so these are at most 50 queries.
    Promise.all(ids.map((destinationId) => services.tokens.ofDestination(destinationId))),
  ])
  const now = services.now()
  return destinations.map((destination, index) => {
    const { destinationId, previousUntil } = destination
    const state = {
      circuit: circuits.get(destinationId),
      figures: figures.get(destinationId),
      tokens: tokens[index] ?? [],
    }
    const isRotating = previousUntil !== undefined && now.toISOString() < previousUntil
    return {
      ...publicSchema.parse(destination),
      ...(isRotating && { previousSecretUntil: previousUntil }),
      status: { ...statusOf(state), warnings: destinationWarningsOf(destination, state, now) },
    }
  })
}

export const destinationViewOf = async (
  services: DestinationViewServices,
  destination: Destination,
): Promise<Versioned<DestinationView>> => {
  const [view] = await destinationViewsOf(services, [destination])
  if (!view) throw new Error('A destination must have a view')
  return { view, version: destination.version }
}

const figuresSchema = statusSchema.shape.figures

const statusOf = ({ circuit, figures, tokens }: DestinationState): Omit<DestinationView['status'], 'warnings'> => {
  const { lastUsedAt, agent } = lastSignOf(tokens) ?? {}
  return {
    state: circuit ? (circuit.suspendedAt === undefined ? 'failing' : 'suspended') : 'ok',
    ...(circuit && {
      failingSince: circuit.openedAt,
      nextProbeAt: circuit.nextProbeAt,
      reason: reasonOf(circuit.reason),
    }),
    ...(figures && { figures: figuresSchema.parse(figures) }),
    ...(lastUsedAt !== undefined && { agent: { lastSeenAt: lastUsedAt, ...agent } }),
  }
}
