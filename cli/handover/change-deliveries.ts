import { Command } from 'commander'
import { type ApiClient, connected } from '../api/client.ts'
import { destinationNamed } from '../api/find-by-name.ts'
import { deliveryPath } from '../api/paths.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { changeText, deliveryAnswerSchema } from './delivery-answer.ts'

const ids = ['<delivery-id...>', 'see `postmaster deliveries list`'] as const

export const retryDeliveriesCommand = ({ out }: CommandOutput): Command =>
  new Command('retry')
    .description('try quarantined or waiting deliveries again, as soon as possible')
    .argument(...ids)
    .addHelpText('after', '\nExample:\n  postmaster deliveries retry 01J….5f3a…')
    .action(async (deliveryIds: string[], _options: unknown, command: Command) => {
      const api = connected(command)
      for (const id of deliveryIds) out(await changed(api, `${deliveryPath(id)}/retry`))
    })

export const handleDeliveriesCommand = ({ out }: CommandOutput): Command =>
  new Command('handle')
    .description('mark deliveries as handled, so that Postmaster no longer tries to deliver the message')
    .argument(...ids)
    .option('--note <text>', 'why nothing remains to be done, for other admins')
    .addHelpText('after', '\nExample:\n  postmaster deliveries handle 01J….5f3a… --note "answered by phone"')
    .action(async (deliveryIds: string[], { note }: { note?: string }, command: Command) => {
      const api = connected(command)
      const body = note === undefined ? {} : { note }
      for (const id of deliveryIds) out(await changed(api, `${deliveryPath(id)}/handle`, body))
    })

export const redirectDeliveriesCommand = ({ out }: CommandOutput): Command =>
  new Command('redirect')
    .description('send messages to another destination, and mark the former deliveries as handled')
    .argument(...ids)
    .requiredOption('--to <destination>', 'name or id of the other destination')
    .addHelpText('after', '\nExample:\n  postmaster deliveries redirect 01J….5f3a… --to Zammad')
    .action(async (deliveryIds: string[], { to }: { to: string }, command: Command) => {
      const api = connected(command)
      const { destinationId } = await destinationNamed(api, to)
      for (const id of deliveryIds) out(await changed(api, `${deliveryPath(id)}/redirect`, { destinationId }))
    })

export const replayDeliveriesCommand = ({ out }: CommandOutput): Command =>
  new Command('replay')
    .description('hand messages over again, or to another destination; this can create a second ticket')
    .argument('<id...>', 'ids of deliveries, or of messages if --to is given')
    .option('--to <destination>', 'name or id of the destination that receives the messages')
    .addHelpText(
      'after',
      '\nExamples:\n  postmaster deliveries replay 01J….5f3a…\n  postmaster deliveries replay 5f3a… 6b1c… --to OTOBO',
    )
    .action(async (given: string[], { to }: { to?: string }, command: Command) => {
      const api = connected(command)
      const destinationId = to === undefined ? undefined : (await destinationNamed(api, to)).destinationId
      for (const id of given) out(await changed(api, ...replayOf(id, destinationId)))
    })

/** @throws CliError if only one of the two kinds of id fits the options */
const replayOf = (id: string, destinationId: string | undefined): [path: string, body?: object] => {
  const isDelivery = id.includes('.')
  if (isDelivery && destinationId === undefined) return [`${deliveryPath(id)}/replay`]
  if (!isDelivery && destinationId !== undefined)
    return [`/messages/${encodeURIComponent(id)}/replay`, { destinationId }]
  throw new CliError(
    isDelivery
      ? '--to is for messages. Specify the id of the message, which is the part of the delivery id after the dot.'
      : 'A message can have several destinations. Choose one with --to, or specify the id of a delivery.',
    exitCodes.usage,
  )
}

const changed = async (api: ApiClient, path: string, body: object = {}): Promise<string> =>
  changeText(await api.post(path, body, deliveryAnswerSchema))
