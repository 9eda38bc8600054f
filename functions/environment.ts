import * as z from 'zod'
import type { TableVariable } from '../lib/tables/tables.ts'
import { trimmedEnd } from '../lib/text/printable.ts'

const text = z.string().min(1)
const portList = z
  .string()
  .regex(/^(\d{1,5}(,\d{1,5})*)?$/)
  .transform((list) => (list === '' ? [] : list.split(',').map(Number)))
const flag = z.enum(['true', 'false']).transform((value) => value === 'true')

/**
 * Every environment variable that functions read, except the names of tables, and how it is parsed. This is the one
 * file that cdk/ and functions/ share: cdk/ sets only variables that are listed here.
 */
export const variables = {
  /** Lambda sets the credentials of the function's role. */
  AWS_ACCESS_KEY_ID: text,
  AWS_SECRET_ACCESS_KEY: text,
  AWS_SESSION_TOKEN: text.optional(),
  RAW_BUCKET: text,
  FETCH_QUEUE_URL: text,
  /** The queue that wakes the conversations of push destinations. */
  DELIVERY_QUEUE_URL: text,
  /** The number of wakes that are worked on at once. */
  MAX_CONCURRENT_DELIVERIES: z.coerce.number().int().min(1),
  ANNOUNCEMENT_TOPIC_ARN: text,
  /** The queue of announcements from which deliveries to destinations are planned. */
  PLANNED_QUEUE_ARN: text,
  /** The topic that notifies admins, for example of accounts that need a new consent. */
  NOTICES_TOPIC_ARN: text,
  /** Secrets are named `<prefix>account/<account id>`, `<prefix>profile/<profile id>` and `<prefix>destination/<…>`. */
  SECRET_NAME_PREFIX: text,
  /** The value of the tag `postmaster:deployment` on every secret that this deployment creates. */
  DEPLOYMENT_ID: text,
  /** The name of the deployment for people, so that they do not confuse it with another. */
  DEPLOYMENT_NAME: text,
  /** The namespace of this deployment's metrics in CloudWatch, so that deployments do not mix their figures. */
  METRICS_NAMESPACE: text,
  /** The KMS key that encrypts new secrets. Without it, Secrets Manager uses the AWS managed key. */
  SECRET_KEY_ARN: text.optional(),
  /** The KMS key that wraps the data keys of the tokens. */
  ENCRYPTION_KEY_ARN: text,
  /**
   * The address at which browsers reach the API, without a trailing slash. The local run's address becomes `localhost`,
   * which browsers resolve to the same address, because providers accept a redirect URI without TLS only for that host.
   */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((address) => {
    const url = new URL(address)
    if (url.hostname === '127.0.0.1') url.hostname = 'localhost'
    return trimmedEnd(url.href, /\//)
  }),
  /** The address at which browsers open the admin page, without a trailing slash. Cookies belong to exactly this host. */
  PAGE_URL: z.url({ protocol: /^https?$/ }).transform((url) => trimmedEnd(url, /\//)),
  /** The OIDC issuer whose tokens the API accepts, as in the `iss` of its tokens. */
  PAGE_ISSUER: z.url({ protocol: /^https?$/ }),
  /** The id of the admin page's client at the issuer. */
  PAGE_CLIENT_ID: text,
  /** The scopes that the admin page requests. Without it, the function chooses them. */
  PAGE_SCOPE: text.optional(),
  /** Which of the issuer's tokens the admin page sends to the API. */
  PAGE_TOKEN: z.enum(['access', 'id']),
  /** The addresses that the last page of a consent may link to, separated by commas, or empty. */
  RETURN_TO_URLS: z
    .string()
    .transform((list) => (list === '' ? [] : list.split(',')))
    .pipe(z.array(z.url({ protocol: /^https?$/ }))),
  /** The minutes between two ticks. Intervals and back-off are multiples of it. */
  TICK_MINUTES: z.coerce.number().int().min(1),
  ALLOW_PRIVATE_ADDRESSES: flag,
  /** Tests on one machine may send tokens without TLS, to loopback addresses only. */
  ALLOW_CLEAR_TEXT_ON_LOOPBACK: flag,
  /** Port numbers separated by commas, or empty. */
  EXTRA_MAIL_PORTS: portList,
  /** Ports besides 443 to which webhooks may be sent: numbers separated by commas, or empty. */
  EXTRA_WEBHOOK_PORTS: portList,
  /** For example `X-OTOBO-`. */
  CONTROL_HEADER_PREFIX: text,
  /** The JWT claim that lists the caller's groups. */
  GROUP_CLAIM: text,
  READER_GROUP: text,
  /** The resource server whose scopes `<name>/read` and `<name>/admin` give programs a role. Without it, none does. */
  SCOPE_RESOURCE: text.optional(),
  ADMIN_GROUP: text,
} as const

export type EnvironmentName = keyof typeof variables | TableVariable

type Values<Name extends EnvironmentName> = {
  readonly [N in Name]: N extends keyof typeof variables ? z.output<(typeof variables)[N]> : string
}

/**
 * Reads these variables of `process.env`, at cold start. Nothing else in a function reads it.
 * @throws Error that names every missing or invalid variable but never contains a value
 */
export const readEnvironment = <Name extends EnvironmentName>(
  names: readonly Name[],
  environment = process.env,
): Values<Name> => {
  const schemas: Readonly<Record<string, z.ZodType>> = variables
  const result = z.object(Object.fromEntries(names.map((name) => [name, schemas[name] ?? text]))).safeParse(environment)
  // The schema has exactly the entries of `Values`, which TypeScript cannot derive from a list of names.
  if (result.success) return result.data as Values<Name>
  const invalid = [...new Set(result.error.issues.map((issue) => String(issue.path[0])))]
  const detail = invalid.map(
    (name) => `${name} ${environment[name] === undefined ? 'is missing' : 'has an invalid value'}`,
  )
  throw new Error(`The function's environment is invalid: ${detail.join(', ')}`)
}

/** Reads the claim that lists a person's groups, the groups of readers and admins, and the scopes of programs. */
export const readRoles = () => {
  const { GROUP_CLAIM, READER_GROUP, ADMIN_GROUP, SCOPE_RESOURCE } = readEnvironment([
    'GROUP_CLAIM',
    'READER_GROUP',
    'ADMIN_GROUP',
    'SCOPE_RESOURCE',
  ])
  return { groupClaim: GROUP_CLAIM, readerGroup: READER_GROUP, adminGroup: ADMIN_GROUP, scopeResource: SCOPE_RESOURCE }
}

/** Reads the addresses and ports to which a function that uses mail servers and providers may connect. */
export const readNetworkRules = () => {
  const environment = readEnvironment(['ALLOW_PRIVATE_ADDRESSES', 'ALLOW_CLEAR_TEXT_ON_LOOPBACK', 'EXTRA_MAIL_PORTS'])
  return {
    allowPrivateAddresses: environment.ALLOW_PRIVATE_ADDRESSES,
    allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    extraPorts: environment.EXTRA_MAIL_PORTS,
  }
}

/** Reads the addresses and ports to which webhooks may be sent. */
export const readWebhookRules = () => {
  const environment = readEnvironment([
    'ALLOW_PRIVATE_ADDRESSES',
    'ALLOW_CLEAR_TEXT_ON_LOOPBACK',
    'EXTRA_WEBHOOK_PORTS',
  ])
  return {
    allowPrivateAddresses: environment.ALLOW_PRIVATE_ADDRESSES,
    allowClearTextOnLoopback: environment.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    extraWebhookPorts: environment.EXTRA_WEBHOOK_PORTS,
  }
}
