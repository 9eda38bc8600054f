import { Command } from 'commander'
import { type DestinationAnswer, destinationAnswerSchema, queueAnswerSchema } from '../api/answers.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { destinationPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Described, printDescribed } from '../terminal/layout/described.ts'

export const showDestinationCommand = (output: CommandOutput): Command =>
  withJson(new Command('show'), destinationAnswerSchema)
    .description('show a destination, its state, and what needs attention')
    .argument('<destination>', 'name or id')
    .addHelpText('after', '\nExample:\n  postmaster destinations show OTOBO')
    .action(async (name: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const { destinationId } = await destinationNamed(api, name)
      const destination = await api.get(destinationPath(destinationId), destinationAnswerSchema)
      if (json) return printJson(output, destination, json)
      printDescribed(output, await descriptionOf(destination, api))
    })

const descriptionOf = async (destination: DestinationAnswer, api: ApiClient): Promise<Described[]> => {
  const { selection, queueMap, limits, webhook, status } = destination
  const queues = await queueNames(api)
  const named = (queueId: string) => queues.get(queueId) ?? queueId
  const renamed = Object.entries(queueMap.names).map(([queueId, theirs]) => `${named(queueId)} = ${theirs}`)
  const { figures, agent } = status
  return [
    ['Destination', destination.name],
    ['Id', destination.destinationId],
    ['Kind', destination.kind],
    ['Validity', destination.validity, 'state'],
    ['Queues', selection.queueIds === 'all' ? 'all' : selection.queueIds.map(named).join(', ')],
    ['Accounts', selection.accountIds?.join(', ') ?? 'all'],
    ['Mail', mailText(selection)],
    [
      'Queue names',
      [...renamed, ...(queueMap.default === undefined ? [] : [`all others = ${queueMap.default}`])].join(', '),
    ],
    ['Control', destination.controlHeaderPrefix && `headers of trusted mail as ${destination.controlHeaderPrefix}…`],
    ['Largest', `${limits.largestSize} bytes`],
    ['In doubt', destination.doubt === 'ask' ? 'ask a person' : 'repeat once'],
    ['URL', webhook?.url],
    ['Mode', webhook?.mode],
    ['Login', webhook && loginText(webhook.auth)],
    ['CA', webhook?.customCa && 'its own certificates'],
    ['Limits', webhook && `${limits.concurrency} at once, ${limits.timeoutSeconds} s each`],
    ['Old secret', destination.previousSecretUntil && `also signs until ${destination.previousSecretUntil}`],
    ['Status', statusText(status), 'state'],
    [
      'Deliveries',
      figures && `${figures.open} waiting, ${figures.inDoubt} in doubt, ${figures.quarantined} quarantined`,
    ],
    ['Oldest', figures?.oldestOpenAt],
    [
      'Last seen',
      agent && [agent.lastSeenAt, agent.host, agent.version].filter((part) => part !== undefined).join(' '),
    ],
    ['Comment', destination.comment],
    ...status.warnings.map(({ code, detail, remedy }) => ['Warning', `${detail} ${remedy} [${code}]`] as const),
  ]
}

const queueNames = async (api: ApiClient): Promise<ReadonlyMap<string, string>> => {
  const queues = await api.all('/queues?limit=100', queueAnswerSchema)
  return new Map(queues.map(({ queueId, name }) => [queueId, name]))
}

const mailText = ({ trustedOnly, loops }: DestinationAnswer['selection']): string =>
  `${trustedOnly ? 'trusted accounts only' : 'trusted and untrusted'}, ${loops ? 'with' : 'without'} automatic mail`

const loginText = (auth: NonNullable<DestinationAnswer['webhook']>['auth']): string => {
  if (!auth) return 'signature only'
  return auth.kind === 'header' ? `signature and header ${auth.header}` : `signature and user ${auth.user}`
}

const statusText = ({ state, failingSince, nextProbeAt }: DestinationAnswer['status']): string =>
  failingSince === undefined ? state : `${state} since ${failingSince}, next try at ${nextProbeAt ?? 'an unknown time'}`
