import { Command, Option } from 'commander'
import { allowedFrom } from '../../lib/handover/ledger/changes.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { deliveryIdOf } from '../api/find/deliveries.ts'
import { messageIdOf } from '../api/find/messages.ts'
import { deliveryPath } from '../api/paths.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { changeEach, eachNamed, idsFrom } from './change-many.ts'
import { changeText, deliveryAnswerSchema } from './delivery-answer.ts'
import { replayMessages } from './replay-messages.ts'
import { type Selection, selectedIds } from './select-deliveries.ts'

const ids = ['<delivery...>', 'ids, see `postmaster deliveries list`, or `-` for standard input'] as const
const idsOrSelection = ['[delivery...]', ids[1]] as const

const replayHelp = `
Examples:
  postmaster deliveries replay 01J….5f3a…
  postmaster deliveries replay 5f3a… 6b1c… --to OTOBO
  postmaster messages list --limit 500 --json | jq -r '.[].messageId' | postmaster deliveries replay --to OTOBO -`

/** Adds the options that choose all deliveries of one destination in one state. */
const withSelection = (command: Command, states: readonly string[]): Command =>
  command
    .argument(...idsOrSelection)
    .option('--destination <destination>', 'all deliveries to this destination that are in the state of --state')
    .addOption(new Option('--state <value>', 'the state of the deliveries, with --destination').choices(states))
    .option('--yes', 'change all deliveries of --destination without confirmation')

export const retryDeliveriesCommand = (output: CommandOutput): Command =>
  withSelection(new Command('retry'), allowedFrom.retried)
    .description('try quarantined or waiting deliveries again, as soon as possible')
    .addHelpText(
      'after',
      '\nExamples:\n  postmaster deliveries retry 01J….5f3a…\n  postmaster deliveries retry --destination OTOBO --state quarantined',
    )
    .action(async (given: string[], selection: Selection, command: Command) => {
      const api = connected(command)
      const chosen = await selectedIds(api, given, selection, 'Retry')
      await changeEach(output, chosen, (id) => changed(api, `${deliveryPath(id)}/retry`))
    })

export const handleDeliveriesCommand = (output: CommandOutput): Command =>
  withSelection(
    new Command('handle'),
    allowedFrom.handled.filter((state) => state !== 'delivering'),
  )
    .description('mark deliveries as handled, so that Postmaster no longer tries to deliver the message')
    .option('--note <text>', 'why nothing remains to be done, for other admins')
    .addHelpText(
      'after',
      '\nExamples:\n  postmaster deliveries handle 01J….5f3a… --note "answered by phone"\n  postmaster deliveries handle --destination Old --state quarantined --note "desk closed"',
    )
    .action(async (given: string[], { note, ...selection }: Selection & { note?: string }, command: Command) => {
      const api = connected(command)
      const body = note === undefined ? {} : { note }
      const chosen = await selectedIds(api, given, selection, 'Mark as handled:')
      await changeEach(output, chosen, (id) => changed(api, `${deliveryPath(id)}/handle`, body))
    })

export const redirectDeliveriesCommand = (output: CommandOutput): Command =>
  new Command('redirect')
    .description('send messages to another destination, and mark the former deliveries as handled')
    .argument(...ids)
    .requiredOption('--to <destination>', 'name or id of the other destination')
    .addHelpText('after', '\nExample:\n  postmaster deliveries redirect 01J….5f3a… --to Zammad')
    .action(async (given: string[], { to }: { to: string }, command: Command) => {
      const api = connected(command)
      const deliveryIds = await eachNamed(await idsFrom(given), (id) => deliveryIdOf(api, id))
      const { destinationId } = await destinationNamed(api, to)
      await changeEach(output, deliveryIds, (id) => changed(api, `${deliveryPath(id)}/redirect`, { destinationId }))
    })

export const replayDeliveriesCommand = (output: CommandOutput): Command =>
  new Command('replay')
    .description('hand messages over again, or to another destination; this can create a second ticket')
    .argument('<delivery...>', 'ids of deliveries, or of messages if --to is given, or `-` for standard input')
    .option('--to <destination>', 'name or id of the destination that receives the messages')
    .addHelpText('after', replayHelp)
    .action(async (given: string[], { to }: { to?: string }, command: Command) => {
      const api = connected(command)
      const named = await idsFrom(given)
      for (const id of named) requireFit(id, to)
      const replayed = await eachNamed(named, (id) => (to === undefined ? deliveryIdOf : messageIdOf)(api, id))
      if (to === undefined) return changeEach(output, replayed, (id) => changed(api, `${deliveryPath(id)}/replay`))
      const { destinationId } = await destinationNamed(api, to)
      await replayMessages(api, output, { messageIds: replayed, destinationId })
    })

/** @throws CliError if only one of the two kinds of id fits the options */
const requireFit = (id: string, to: string | undefined): void => {
  const isDelivery = id.includes('.')
  if (isDelivery === (to === undefined)) return
  throw new CliError(
    isDelivery
      ? '--to is for messages. Specify the id of the message, which is the part of the delivery id after the dot.'
      : 'A message can have several destinations. Choose one with --to, or specify the id of a delivery.',
    exitCodes.usage,
  )
}

const changed = async (api: ApiClient, path: string, body: object = {}): Promise<string> =>
  changeText(await api.post(path, body, deliveryAnswerSchema))
