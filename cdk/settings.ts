import type { Node } from 'constructs'
import * as z from 'zod'
import type { Issuer } from './constructs/sign-in.ts'

/** The lowest maximum concurrency that the event source of an SQS queue accepts. */
export const fewestFetches = 2

/** `fetch=20,docs=2`: by the folder under functions/. */
const reservedConcurrency = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim()))
  .pipe(
    z.array(
      z
        .string()
        .regex(/^[a-z0-9-]+=[1-9][0-9]{0,4}$/, { error: 'must look like fetch=20,docs=2' })
        .transform((item): [string, number] => {
          const [folder = '', executions] = item.split('=')
          return [folder, Number(executions)]
        }),
    ),
  )
  .refine((pairs) => new Set(pairs.map(([folder]) => folder)).size === pairs.length, {
    error: 'names a function twice, as in fetch=20,fetch=30',
  })
  .transform((pairs) => new Map(pairs))
  .refine((reserved) => (reserved.get('fetch') ?? fewestFetches) >= fewestFetches, {
    error: `must reserve at least ${fewestFetches} for fetch`,
  })

/** What is decided when the template is made, because it changes which resources exist: `cdk deploy -c name=value`. */
const settingsSchema = z
  .object({
    /** An OIDC issuer of one's own instead of the Cognito user pool, such as `https://login.example.com/realms/desk`. */
    oidcIssuer: z.url({ protocol: /^https$/ }).optional(),
    /** The `aud` (or `client_id`) its tokens carry; several are separated by commas. */
    oidcAudience: z
      .string()
      .transform((list) => list.split(',').map((audience) => audience.trim()))
      .pipe(z.array(z.string().min(1)))
      .optional(),
    /** An existing SNS topic that hears of alarms. */
    alarmTopicArn: z.string().startsWith('arn:').optional(),
    /**
     * Where browsers reach the API when it has a domain of its own, such as `https://postmaster.example.com`: where
     * OAuth2 providers send people back to. The API's own endpoint when left out.
     */
    publicUrl: z
      .url({ protocol: /^https$/ })
      .refine((url) => /^https:\/\/[^/?#@]+\/?$/i.test(url), { error: 'scheme and host only' })
      .transform((url) => url.replace(/\/$/, ''))
      .optional(),
    /** `all`: the customer-managed key encrypts tables, raw mail, queues, logs and secrets as well. */
    customerKey: z.literal('all').optional(),
    /** The number of concurrent executions that AWS reserves for each named function, which is also its limit. */
    reservedConcurrency: reservedConcurrency.optional(),
  })
  .refine(({ oidcIssuer, oidcAudience }) => (oidcIssuer === undefined) === (oidcAudience === undefined), {
    error: 'oidcIssuer and oidcAudience belong together: give both or neither',
  })

export interface Settings {
  readonly externalIssuer?: Issuer
  readonly alarmTopicArn?: string
  readonly publicUrl?: string
  /** Whether the customer-managed key encrypts all data, and not only the topics and tokens. */
  readonly customerKeyForAll: boolean
  /** By the folder under functions/; empty by default. */
  readonly reservedConcurrency: ReadonlyMap<string, number>
}

export const settingsOf = (node: Node): Settings => {
  const context = Object.fromEntries(
    Object.keys(settingsSchema.shape).map((name) => [name, node.tryGetContext(name) as unknown]),
  )
  const parsed = settingsSchema.safeParse(context)
  if (!parsed.success) throw new Error(`Context is not usable:\n${z.prettifyError(parsed.error)}`)
  const {
    oidcIssuer,
    oidcAudience,
    alarmTopicArn,
    publicUrl,
    customerKey,
    reservedConcurrency = new Map(),
  } = parsed.data
  return {
    ...(oidcIssuer !== undefined &&
      oidcAudience !== undefined && { externalIssuer: { issuer: oidcIssuer, audience: oidcAudience } }),
    ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    ...(publicUrl !== undefined && { publicUrl }),
    customerKeyForAll: customerKey === 'all',
    reservedConcurrency,
  }
}
