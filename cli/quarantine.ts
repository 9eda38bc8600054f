import { Command } from 'commander'
import * as z from 'zod'
import { unstoredMessageSchema } from '../lib/messages/unstored/unstored-message.ts'
import { type QuarantineItem, quarantineItemSchema } from '../lib/quarantine/list-quarantine.ts'
import { requestedRunSchema } from '../lib/schedule/request-runs.ts'
import { accountNameOf } from './api/answers.ts'
import { type ApiClient, connected } from './api/client.ts'
import { quarantinedIdOf } from './api/find/quarantined.ts'
import { asListing } from './api/listing.ts'
import { deliveryPath, unstoredPath } from './api/paths.ts'
import { tolerant } from './api/tolerant.ts'
import { eachNamed } from './handover/change-many.ts'
import { changeText, deliveryAnswerSchema, destinationOf } from './handover/delivery-answer.ts'
import type { CommandOutput } from './terminal/cli-error.ts'
import { plain } from './terminal/text.ts'

/** `postmaster quarantine …` */
export const quarantineCommand = (output: CommandOutput): Command =>
  new Command('quarantine')
    .description('everything that waits for a person: messages that could not be stored, and failed deliveries')
    .addCommand(listQuarantineCommand(output))
    .addCommand(retryQuarantineCommand(output))
    .addCommand(handleQuarantineCommand(output))

const listHelp = `
Messages come first, newest first. Deliveries follow, newest first. At a terminal, the reason of an entry and the remedy are
below its row. See also \`postmaster deliveries redirect\`.

Examples:
  postmaster quarantine list
  postmaster quarantine list --json`

const listQuarantineCommand = (output: CommandOutput): Command =>
  asListing(new Command('list').description('list the quarantine').addHelpText('after', listHelp), output, {
    path: () => '/quarantine?limit=50',
    schema: tolerant(quarantineItemSchema),
    columns: [
      {
        head: 'ID',
        value: (item) => (item.kind === 'delivery' ? item.deliveryId : item.messageId),
        kind: 'id',
      },
      { head: 'SINCE', value: (item) => (item.kind === 'delivery' ? item.changedAt : item.firstAt), kind: 'time' },
      { head: 'KIND', value: ({ kind }) => kind },
      {
        head: 'ACCOUNT OR DESTINATION',
        value: (item) => (item.kind === 'delivery' ? destinationOf(item) : accountNameOf(item)),
      },
      { head: 'REASON', value: ({ reason }) => reason?.code },
      { head: 'SUBJECT', value: subjectOf },
      { head: 'DETAIL', value: ({ reason }) => reason?.detail, below: 'one-line' },
      { head: 'REMEDY', value: ({ reason }) => reason?.remedy, below: 'whole' },
    ],
    things: 'messages in the quarantine',
    paged: true,
  })

const subjectOf = (item: QuarantineItem): string =>
  item.kind === 'delivery' ? (item.subject ?? '') : `UID ${item.uid}, ${item.size} bytes`

const ids = ['<entry...>', 'ids of messages or deliveries, see `postmaster quarantine list`'] as const

const retryQuarantineCommand = ({ out }: CommandOutput): Command =>
  new Command('retry')
    .description('try to store messages, or to make deliveries, again')
    .argument(...ids)
    .addHelpText('after', '\nExample:\n  postmaster quarantine retry 5f3a…')
    .action(async (given: string[], _options: unknown, command: Command) => {
      const api = connected(command)
      for (const id of await eachNamed(given, (one) => quarantinedIdOf(api, one)))
        out(isDelivery(id) ? await changedDelivery(api, id, 'retry') : await retried(api, id))
    })

const retried = async (api: ApiClient, id: string): Promise<string> => {
  const { runs } = await api.post(`${unstoredPath(id)}/retry`, {}, tolerant(askedSchema))
  const see = runs.map(({ runId }) => `postmaster runs show ${plain(runId)}`)
  return `Postmaster fetches the account again. See how it goes:${see.map((line) => `\n  ${line}`).join('')}`
}
const askedSchema = z.object({ runs: z.array(requestedRunSchema) })

const handleQuarantineCommand = ({ out }: CommandOutput): Command =>
  new Command('handle')
    .description('mark messages or deliveries as handled, so that the quarantine no longer lists them')
    .argument(...ids)
    .option('--note <text>', 'why nothing remains to be done, for other admins')
    .addHelpText('after', '\nExample:\n  postmaster quarantine handle 5f3a… --note "answered by phone"')
    .action(async (given: string[], { note }: { note?: string }, command: Command) => {
      const api = connected(command)
      const body = note === undefined ? {} : { note }
      for (const id of await eachNamed(given, (one) => quarantinedIdOf(api, one)))
        out(isDelivery(id) ? await changedDelivery(api, id, 'handle', body) : await handled(api, id, body))
    })

const handled = async (api: ApiClient, id: string, body: object): Promise<string> => {
  const schema = tolerant(unstoredMessageSchema.pick({ uid: true, handled: true }))
  const { uid, handled } = await api.post(`${unstoredPath(id)}/handle`, body, schema)
  return `Message ${plain(uid)} is handled. ${plain(handled ?? '')}`.trimEnd()
}

/** The id of a delivery consists of the ids of its destination and its message. */
const isDelivery = (id: string): boolean => id.includes('.')

const changedDelivery = async (api: ApiClient, id: string, action: string, body: object = {}): Promise<string> =>
  changeText(await api.post(`${deliveryPath(id)}/${action}`, body, deliveryAnswerSchema))
