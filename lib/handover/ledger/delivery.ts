import * as z from 'zod'
import type { MessageId } from '../../messages/message.ts'
import { reasonSchema } from '../../reasons/reason.ts'
import { exampleIds, timeField } from '../../requests/documented-fields.ts'
import { outcomeResults, remoteSchema } from './outcome.ts'

export const deliveryStates = [
  'pending',
  'delivering',
  'delivered',
  'waiting',
  'in-doubt',
  'quarantined',
  'handled',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** In characters. It is enough for a server's answer, and a row with 20 attempts stays below 16 KiB. */
export const longestDetail = 500
/** The number of attempts and leases that a row keeps. With the back-off, the attempts of five days are about 17. */
export const attemptsKept = 20

export const attemptSchema = z.object({
  at: timeField('When the attempt began.'),
  lease: z.string(),
  milliseconds: z.number().meta({ description: 'The duration in milliseconds.', examples: [812] }),
  result: z.enum(outcomeResults).meta({
    description:
      '`temporary`: the delivery is tried again. `permanent`: the receiver refused the message. `in-doubt`: the ' +
      'attempt ended without an answer, so the receiver may or may not have received the message.',
    examples: ['delivered'],
  }),
  code: z.string().meta({ description: 'A stable code for programs.', examples: ['accepted'] }),
  detail: z
    .string()
    .meta({ description: 'What happened, in at most 500 characters.', examples: ['The receiver answered 200.'] }),
  bytes: z.number().meta({ description: 'The number of bytes handed over.', examples: [15_360] }),
})
/** One attempt to hand a message over. */
export type Attempt = z.infer<typeof attemptSchema>

/** One row of the deliveries table: one message for one destination. Times are ISO 8601. */
export const deliverySchema = z.object({
  deliveryId: z.string().meta({
    description: 'The delivery’s id. It contains the ids of the destination and of the message.',
    examples: [`${exampleIds.destination}.${exampleIds.message}`],
  }),
  destinationId: z
    .string()
    .meta({ description: 'Where the message is handed over.', examples: [exampleIds.destination] }),
  messageId: z.string().meta({ description: 'The message.', examples: [exampleIds.message] }),
  /** See conversation.ts. */
  lane: z.string(),
  place: z.string(),
  state: z.enum(deliveryStates).meta({
    description:
      '`pending`: not tried yet, or to be tried as soon as possible. `delivering`: an attempt is in progress. ' +
      '`delivered`: the receiver confirmed the message. `waiting`: an attempt failed and is repeated at ' +
      '`nextAttemptAt`. `in-doubt`: an attempt ended without an answer. `quarantined`: a person must decide. ' +
      '`handled`: a person decided that nothing remains to be done.',
    examples: ['delivered'],
  }),
  /** Incremented by every write. A write applies only to the revision that was read. */
  revision: z.int(),
  plannedAt: timeField('When the delivery was planned.', '2026-03-02T08:10:06.000Z'),
  changedAt: timeField('When the delivery last changed.', '2026-03-02T08:10:09.000Z'),
  /** A destination's own failures do not count. */
  attemptCount: z
    .int()
    .meta({ description: 'The number of failed attempts that count towards the back-off.', examples: [0] }),
  attempts: z.array(attemptSchema).meta({ description: 'The last 20 attempts, oldest first.' }),
  /** The first attempt that counts. Five days later, the delivery is quarantined. */
  firstAttemptAt: z.string().optional(),
  /** `waiting` and `in-doubt` only. */
  nextAttemptAt: timeField('When the next attempt is due.', '2026-03-02T08:15:09.000Z').optional(),
  /** `delivering` only: the token of the current lease. */
  lease: z.string().optional(),
  /** `delivering` only. */
  leaseUntil: timeField(
    'When the attempt in progress ends at the latest. If it has no outcome by then, the delivery is in doubt.',
    '2026-03-02T08:16:04.218Z',
  ).optional(),
  /** The tokens of the last 20 leases. A late acknowledgement of one of them still counts. */
  leases: z.array(z.string()),
  possiblyDoubled: z
    .literal(true)
    .meta({
      description:
        'Present if the receiver may have received the message before, even if no attempt confirmed it: there may be ' +
        'two tickets.',
      examples: [true],
    })
    .optional(),
  /** How often a person asked to hand the message over again. Absent if no one did. */
  replays: z.int().min(1).optional(),
  reason: reasonSchema
    .extend({
      code: z.string().meta({ description: 'A stable code for programs.', examples: ['gave-up'] }),
      detail: z.string().meta({ description: 'What happened.', examples: ['The receiver answered 503.'] }),
      remedy: z.string().meta({
        description: 'What a person can do about it.',
        examples: ['Check whether the ticket system is running.'],
      }),
    })
    .meta({ description: 'Why the delivery waits, is in doubt, is quarantined or was handled.' })
    .optional(),
  remote: remoteSchema.meta({ description: 'What the receiver returned.' }).optional(),
  /** When the sweep examines the delivery. Absent once nothing remains to be done. */
  dueAt: z.string().optional(),
})
/** One message for one destination. */
export type Delivery = Readonly<z.infer<typeof deliverySchema>>

export const isEnded = ({ state }: Pick<Delivery, 'state'>): boolean => state === 'delivered' || state === 'handled'
/** Whether the delivery no longer holds back its conversation. */
export const leftLane = (delivery: Pick<Delivery, 'state'>): boolean =>
  isEnded(delivery) || delivery.state === 'quarantined'

export const deliveryIdOf = (destinationId: string, messageId: MessageId): string => `${destinationId}.${messageId}`
/** @returns the ids that a delivery's id consists of. Neither of them contains a dot. */
export const deliveryIdPartsOf = (deliveryId: string) => {
  const [destinationId = '', messageId = ''] = deliveryId.split('.')
  return { destinationId, messageId }
}
