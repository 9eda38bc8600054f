import { type Command, Option } from 'commander'
import { destinationKinds } from '../../lib/handover/destinations/destination.ts'
import type { ApiClient } from '../api/client.ts'
import { accountIdOf } from '../api/find/accounts.ts'
import { queueNamed } from '../api/find/by-name.ts'
import { readCa } from '../terminal/ca-file.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { validityOption, wholeNumber } from '../terminal/options.ts'
import { readSecret, type SecretKind } from '../terminal/prompts.ts'

/** The options of `add` and `edit`. Without an option, the API's default or the current value applies. */
export interface DestinationOptions {
  readonly validity?: string
  readonly queue?: readonly string[]
  readonly account?: readonly string[]
  readonly trustedOnly?: string
  readonly loops?: string
  readonly map?: readonly string[]
  readonly mapDefault?: string
  readonly largestSize?: number
  readonly inDoubt?: string
  readonly controlHeaders?: string
  readonly comment?: string
  readonly webhook?: string
  readonly mode?: string
  readonly authHeader?: string
  readonly authUser?: string
  readonly auth?: boolean
  readonly authStdin?: true
  readonly concurrency?: number
  readonly timeout?: number
  readonly caFile?: string
}

export const signingSecretKind: SecretKind = { name: 'signing secret', option: '--signing-secret-stdin' }
const authKind: SecretKind = { name: 'value of the login', option: '--auth-stdin' }

const yesNo = ['yes', 'no'] as const
const several = (value: string, before: readonly string[] = []): string[] => [...before, value]

export const kindOption = (): Option =>
  new Option('--kind <kind>', 'pull (an agent beside the ticket system) or webhook').choices(destinationKinds)

export const addDestinationOptions = (command: Command): Command =>
  command
    .addOption(validityOption('whether mail is handed over; otherwise it waits'))
    .option('--queue <queue>', 'only mail of this queue (repeatable), or `all`', several)
    .option('--account <account>', 'only mail of this account (repeatable), or `all`', several)
    .addOption(new Option('--trusted-only <choice>', 'only mail of trusted accounts').choices(yesNo))
    .addOption(new Option('--loops <choice>', 'automatic mail as well (default: yes)').choices(yesNo))
    .option('--map <queue=name>', 'the receiver’s name for a queue (repeatable); `queue=` removes it', several)
    .option('--map-default <name>', 'the receiver’s queue for all other queues; `-` for none')
    .option('--largest-size <bytes>', 'quarantine larger mail', wholeNumber)
    .addOption(
      new Option('--in-doubt <choice>', 'if the receiver may have the mail already: repeat once, or ask').choices([
        'repeat',
        'ask',
      ]),
    )
    .option(
      '--control-headers <prefix>',
      'set control headers of trusted mail under this prefix, e.g. X-OTOBO-; `-` for none',
    )
    .option('--comment <text>', 'note for other admins')
    .option('--webhook <url>', 'address of a webhook')
    .addOption(new Option('--mode <mode>', 'what a webhook receives (default: thin)').choices(['thin', 'raw']))
    .option('--auth-header <name>', 'also send this header to the webhook')
    .option('--auth-user <name>', 'also log in to the webhook with Basic authentication')
    .option('--no-auth', 'send only the signature to the webhook')
    .option('--auth-stdin', 'read the value of the header, or the password, from standard input')
    .option('--concurrency <number>', 'conversations that a webhook receives at once', wholeNumber)
    .option('--timeout <seconds>', 'time for the answer of a webhook', wholeNumber)
    .option('--ca-file <file>', 'PEM file of the webhook’s certificate authority; `-` for public ones')

/** @returns the API's fields for these options, for a new destination or as a merge patch (RFC 7396) */
export const fieldsOf = async (options: DestinationOptions, api: ApiClient): Promise<Record<string, unknown>> => {
  const { queue, account, trustedOnly, loops, map, mapDefault, controlHeaders } = options
  return given({
    validity: options.validity,
    selection: group({
      queueIds: queue && (await queueIdsOf(queue, api)),
      accountIds: account && (await accountIdsOf(account, api)),
      trustedOnly: trustedOnly && trustedOnly === 'yes',
      loops: loops && loops === 'yes',
    }),
    queueMap: group({
      names: map && (await namesOf(map, api)),
      default: mapDefault === '-' ? null : mapDefault,
    }),
    limits: group({
      concurrency: options.concurrency,
      timeoutSeconds: options.timeout,
      largestSize: options.largestSize,
    }),
    doubt: options.inDoubt,
    controlHeaderPrefix: controlHeaders === '-' ? null : controlHeaders,
    comment: options.comment,
    webhook: group({
      url: options.webhook,
      mode: options.mode,
      auth: await authOf(options),
      customCa: options.caFile === undefined ? undefined : options.caFile === '-' ? null : readCa(options.caFile),
    }),
  })
}

const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** @returns undefined if no field of the group was given */
const group = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined => {
  const present = given(fields)
  return Object.keys(present).length === 0 ? undefined : present
}

const queueIdsOf = async (names: readonly string[], api: ApiClient): Promise<'all' | string[]> => {
  if (names.includes('all')) return 'all'
  const ids: string[] = []
  for (const name of names) ids.push((await queueNamed(api, name)).queueId)
  return ids
}

const accountIdsOf = async (names: readonly string[], api: ApiClient): Promise<null | string[]> => {
  if (names.includes('all')) return null
  const ids: string[] = []
  for (const name of names) ids.push(await accountIdOf(api, name))
  return ids
}

const namesOf = async (map: readonly string[], api: ApiClient): Promise<Record<string, string | null>> => {
  const names: Record<string, string | null> = {}
  for (const text of map) {
    const split = text.indexOf('=')
    if (split < 1) throw new CliError('--map must have the form QUEUE=NAME.', exitCodes.usage)
    const { queueId } = await queueNamed(api, text.slice(0, split))
    names[queueId] = text.slice(split + 1) || null
  }
  return names
}

/** The value is asked for here, so that it is never an argument. */
const authOf = async ({ auth, authHeader, authUser, authStdin }: DestinationOptions) => {
  if (authHeader !== undefined && authUser !== undefined)
    throw new CliError('Specify either --auth-header or --auth-user.', exitCodes.usage)
  if (auth === false) return null
  if (authHeader === undefined && authUser === undefined) {
    if (authStdin) throw new CliError('--auth-stdin requires --auth-header or --auth-user.', exitCodes.usage)
    return undefined
  }
  const value = await readSecret(authKind, authStdin ?? false)
  return authHeader === undefined
    ? { kind: 'basic', user: authUser, value }
    : { kind: 'header', header: authHeader, value }
}
