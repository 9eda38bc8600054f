import * as z from 'zod'
import { deliveryStates, longestDetail } from '../ledger/delivery.ts'
import { remoteLimits } from '../ledger/outcome.ts'

/**
 * The protocol between `postmaster deliver` and the API. Both sides parse with these schemas. Requests refuse unknown
 * fields. Answers ignore them, so that an agent keeps working with a newer deployment.
 */
export const agentLimits = {
  /** Each conversation is handled by one process of the ticket system, so more would only wait for their turn. */
  most: 10,
  /** Seconds. A shorter lease ends before a slow ticket system has read a large mail. */
  shortestLease: 60,
  /** Seconds. The deliveries of an agent that disappears wait for this long. */
  longestLease: 3600,
  detail: longestDetail,
  code: 60,
  ...remoteLimits,
  host: 255,
  version: 40,
  lease: 100,
} as const

/** A day, which is longer than any command may run. */
const milliseconds = z.int().min(0).max(86_400_000)
const lease = z.string().min(1).max(agentLimits.lease)

/** POST /agent/lease */
export const leaseRequestSchema = z.strictObject({
  max: z.int().min(1).max(agentLimits.most),
  /** The length of the leases. */
  seconds: z.int().min(agentLimits.shortestLease).max(agentLimits.longestLease),
  agent: z.strictObject({
    version: z.string().min(1).max(agentLimits.version),
    host: z.string().min(1).max(agentLimits.host),
  }),
})
export type LeaseRequest = z.infer<typeof leaseRequestSchema>

export const leasedSchema = z.object({
  /** The agent names a file after it. */
  deliveryId: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.]{0,199}$/),
  /** Identifies this attempt. */
  lease,
  /**
   * The ISO time at which the lease ends. It is meant for people: agents measure durations and do not compare clocks.
   */
  until: z.string(),
  /** 1 for the first attempt. */
  attempt: z.int().min(1),
  possiblyDoubled: z.boolean(),
  /** How often a person asked to hand the message over again. After each time, the ticket system must get it again. */
  replays: z.int().min(0),
  messageId: z.string().min(1),
  /** The ticket system's name for the queue. */
  queue: z.string(),
  trusted: z.boolean(),
  loop: z.boolean(),
  /** In bytes. `size` and `sha256` describe the bytes that are handed over. */
  size: z.int().min(0),
  /** Lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  from: z.string().optional(),
  subject: z.string().optional(),
})
export type Leased = z.infer<typeof leasedSchema>

export const leaseAnswerSchema = z.object({ items: z.array(leasedSchema).max(agentLimits.most) })
export type LeaseAnswer = z.infer<typeof leaseAnswerSchema>

/** POST /agent/deliveries/{id}/ack: the ticket system has taken the mail. */
export const ackSchema = z.strictObject({
  lease,
  milliseconds,
  bytes: z.int().min(0),
  ticket: z.string().min(1).max(agentLimits.ticket).optional(),
  url: z.string().min(1).max(agentLimits.url).optional(),
  result: z.string().min(1).max(agentLimits.result).optional(),
})
export type Ack = z.infer<typeof ackSchema>

/** POST /agent/deliveries/{id}/nack: it has not, or this is unknown. */
export const nackSchema = z.strictObject({
  lease,
  milliseconds,
  /** `destination`: the ticket system or its host fails. Its other mail would fail as well, so all of it waits. */
  scope: z.enum(['message', 'destination']),
  /** Whether a repeat is pointless. Permanent failures of a message are quarantined. */
  permanent: z.boolean(),
  code: z
    .string()
    .max(agentLimits.code)
    .regex(/^[a-z0-9-]+$/),
  detail: z.string().max(agentLimits.detail),
  /** What the admin of the ticket system can do. */
  remedy: z.string().max(agentLimits.detail).optional(),
  /** Whether the ticket system may have taken the mail even if no success was reported. */
  inDoubt: z.boolean().optional(),
  /** Present if the ticket system itself answered. Then it works, unless `scope` is `destination`. */
  answered: z.literal(true).optional(),
})
export type Nack = z.infer<typeof nackSchema>

/** The answer to ack and nack. A repeated call returns the same answer. */
export const settledAnswerSchema = z.object({ state: z.enum(deliveryStates) })
export type SettledAnswer = z.infer<typeof settledAnswerSchema>

/** GET /agent/queues: the ticket system's names for all queues that mail for this destination can have. */
export const agentQueuesSchema = z.object({
  items: z.array(
    z.object({
      /** The ticket system's name: from the queue map, its default, or our own. */
      name: z.string(),
      /** The names of our queues that become this queue. */
      ours: z.array(z.string()),
    }),
  ),
})
export type AgentQueues = z.infer<typeof agentQueuesSchema>
