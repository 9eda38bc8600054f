import type { Node } from 'constructs'
import * as z from 'zod'
import { type ApiClients, apiClientsSchema } from './api/api-clients.ts'
import type { Issuer, PageClient } from './api/sign-in.ts'
import { type Restored, restoredBucketSchema, restoredTablesSchema } from './data/restored.ts'
import { stageSchema } from './deployment-names.ts'

/** The lowest maximum concurrency that the event source of an SQS queue accepts. */
export const fewestConsumers = 2
/** The folders of functions that receive from a queue. */
const consumers = ['fetch', 'plan-deliveries', 'deliver']

/** Reserved executions by folder under functions/, for example `fetch=20,docs=2`. */
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
  .refine((reserved) => consumers.every((folder) => (reserved.get(folder) ?? fewestConsumers) >= fewestConsumers), {
    error: `must reserve at least ${fewestConsumers} for each of ${consumers.join(', ')}`,
  })

/** Settings that affect which resources exist, so they are set at synthesis with `cdk deploy -c name=value`. */
const settingsSchema = z
  .object({
    /** The names of the stacks and of what must be unique contain it (deployment-names.ts). */
    stage: stageSchema.optional(),
    /**
     * A custom OIDC issuer that replaces the Cognito user pool, for example `https://login.example.com/realms/desk`.
     */
    oidcIssuer: z.url({ protocol: /^https$/ }).optional(),
    /** The `aud` (or `client_id`) of the issuer's tokens. Separate several values with commas. */
    oidcAudience: z
      .string()
      .transform((list) => list.split(',').map((audience) => audience.trim()))
      .pipe(z.array(z.string().min(1)))
      .optional(),
    /** The id of the admin page's client at the custom issuer. By default, it is the first audience. */
    pageClientId: z.string().min(1).optional(),
    /** Which of the custom issuer's tokens the admin page sends to the API. */
    pageToken: z.enum(['access', 'id']).optional(),
    /** The scopes that the admin page requests from the custom issuer, separated by spaces. */
    pageScope: z
      .string()
      .regex(/^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/, { error: 'must begin with openid, as in openid email' })
      .optional(),
    /** `required`: each person who signs in to the user pool needs a second factor. */
    mfa: z.literal('required').optional(),
    /** Programs that call the API with credentials of the user pool, with their roles: `reports=reader`. */
    apiClients: apiClientsSchema.optional(),
    /** An existing SNS topic to which alarms are sent instead of the notices topic. */
    alarmTopicArn: z.string().startsWith('arn:').optional(),
    /** Where operators read docs/runbook.md, so that they can open the link in an alarm. */
    runbookUrl: z.url({ protocol: /^https?$/ }).optional(),
    /**
     * The URL at which browsers reach the API if it has a custom domain, for example `https://postmaster.example.com`.
     * OAuth2 providers redirect browsers to it. By default, it is the API's own endpoint.
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
    /** The names of tables that were restored from a backup, for example `accounts=NAME,messages=NAME`. */
    restoredTables: restoredTablesSchema.optional(),
    /** The name of a bucket that was restored from a backup. */
    restoredBucket: restoredBucketSchema.optional(),
  })
  .refine(({ oidcIssuer, oidcAudience }) => (oidcIssuer === undefined) === (oidcAudience === undefined), {
    error: 'set both oidcIssuer and oidcAudience, or neither',
  })
  .refine(
    ({ oidcIssuer, pageClientId, pageToken, pageScope }) =>
      oidcIssuer !== undefined || (pageClientId ?? pageToken ?? pageScope) === undefined,
    { error: 'pageClientId, pageToken and pageScope need oidcIssuer' },
  )
  .refine(({ oidcIssuer, mfa, apiClients }) => oidcIssuer === undefined || (mfa ?? apiClients) === undefined, {
    error: 'mfa and apiClients are settings of the user pool, which oidcIssuer replaces',
  })

export interface Settings {
  readonly externalIssuer?: Issuer
  readonly alarmTopicArn?: string
  /** The address of docs/runbook.md, by default its path in the repository. */
  readonly runbookUrl: string
  readonly publicUrl?: string
  /** Whether the customer-managed key encrypts all data, and not only the topics and tokens. */
  readonly customerKeyForAll: boolean
  /** The reserved executions by folder under functions/. Empty by default. */
  readonly reservedConcurrency: ReadonlyMap<string, number>
  readonly restored: Restored
  readonly mfaRequired: boolean
  readonly apiClients: ApiClients
}

export const settingsOf = (node: Node): Settings => {
  const context = Object.fromEntries(
    Object.keys(settingsSchema.shape).map((name) => [name, node.tryGetContext(name) as unknown]),
  )
  const parsed = settingsSchema.safeParse(context)
  if (!parsed.success) throw new Error(`The CDK context is not valid:\n${z.prettifyError(parsed.error)}`)
  const {
    oidcIssuer,
    oidcAudience,
    pageClientId = oidcAudience?.[0] ?? '',
    pageToken = 'access',
    pageScope,
    alarmTopicArn,
    runbookUrl = 'docs/runbook.md',
    publicUrl,
    customerKey,
    reservedConcurrency = new Map(),
    restoredTables = new Map(),
    restoredBucket,
    mfa,
    apiClients = new Map(),
  } = parsed.data
  const page: PageClient = {
    clientId: pageClientId,
    token: pageToken,
    ...(pageScope !== undefined && { scope: pageScope }),
  }
  return {
    ...(oidcIssuer !== undefined &&
      oidcAudience !== undefined && {
        externalIssuer: { issuer: oidcIssuer, audience: oidcAudience, pageClient: () => page },
      }),
    ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    ...(publicUrl !== undefined && { publicUrl }),
    runbookUrl,
    customerKeyForAll: customerKey === 'all',
    reservedConcurrency,
    mfaRequired: mfa === 'required',
    apiClients,
    restored: { tables: restoredTables, ...(restoredBucket !== undefined && { bucket: restoredBucket }) },
  }
}
