import { Command } from 'commander'
import * as z from 'zod'
import { messageSchema } from '../../lib/messages/message.ts'
import { type ApiClient, connected } from '../api/client.ts'
import { messageIdOf } from '../api/find/messages.ts'
import { tolerant } from '../api/tolerant.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { type MessageSelection, selectedMessages, withMessageSelection } from './filters.ts'

const selectionAnswerSchema = z.looseObject({
  matching: z.int(),
  erased: z.int(),
  left: z.int(),
  refused: z.array(z.looseObject({ messageId: z.string(), detail: z.string(), erased: z.boolean() })),
})

interface EraseOptions extends MessageSelection {
  readonly yes?: true
}

export const eraseMessagesCommand = (output: CommandOutput): Command =>
  withMessageSelection(new Command('erase'), ['erased'])
    .description('erase the content of messages for ever; this cannot be undone')
    .argument('[message...]', 'ids, see `postmaster messages list`')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      '\nFilters select messages instead of ids. Without --from, a queue is searched for the last 31 days.\n\nExamples:\n  postmaster messages erase 3f2a…\n  postmaster messages erase --queue Support --from 2025-01-01 --to 2025-12-31',
    )
    .action(async (ids: string[], { yes, ...filters }: EraseOptions, command: Command) => {
      const isSelection = Object.keys(filters).length > 0
      if (isSelection === ids.length > 0)
        throw new CliError('Specify either ids of messages, or filters.', exitCodes.usage)
      const api = connected(command)
      await (isSelection ? eraseSelected(api, output, filters, yes) : eraseGiven(api, output, ids, yes))
    })

const eraseGiven = async (api: ApiClient, { out }: CommandOutput, ids: readonly string[], yes: true | undefined) => {
  const messageIds: string[] = []
  for (const id of ids) messageIds.push(await messageIdOf(api, id))
  await requireConfirmed(messageIds.length, yes)
  for (const id of messageIds) {
    await api.post(`/messages/${encodeURIComponent(id)}/erase`, {}, tolerant(messageSchema))
    out(`Message ${plain(id)} is erased.`)
  }
}

/** Repeats the request until nothing is left, because one request erases only as many as fit into its time. */
const eraseSelected = async (
  api: ApiClient,
  { out, err }: CommandOutput,
  selection: MessageSelection,
  yes: true | undefined,
) => {
  const filters = await selectedMessages(api, selection)
  const ask = async (expected?: number) =>
    await api.post('/messages/erase', { ...filters, expected }, selectionAnswerSchema)
  const { matching } = await ask()
  if (matching === 0) return out('No messages match.')
  await requireConfirmed(matching, yes)
  const told = new Set<string>()
  /** Erased messages whose delivery was attempted at the same moment, so that its record is left. */
  const incomplete = new Set<string>()
  const tell = ({ refused }: z.infer<typeof selectionAnswerSchema>) => {
    for (const { messageId, erased } of refused) if (erased) incomplete.add(messageId)
    const lines = refused.map(({ messageId, detail }) => `${plain(messageId)}: ${plain(detail)}\n`)
    // The next request names a message again if it still cannot be erased.
    for (const line of lines.filter((one) => !told.has(one))) err(line)
    for (const line of lines) told.add(line)
  }
  let answer = await ask(matching)
  let erased = answer.erased
  tell(answer)
  while (answer.left > 0 && answer.erased > 0) {
    err(`${erased} of ${matching}\n`)
    answer = await ask(answer.left)
    erased += answer.erased
    tell(answer)
  }
  out(`${erased} of ${matching} ${matching === 1 ? 'message is' : 'messages are'} erased.`)
  if (answer.left > 0)
    throw new CliError(
      `${answer.left} ${answer.left === 1 ? 'message is' : 'messages are'} not erased.`,
      exitCodes.failed,
    )
  if (incomplete.size > 0)
    throw new CliError(
      `The record of a delivery is left of ${[...incomplete].map(plain).join(', ')}. Erase ${incomplete.size === 1 ? 'this message' : 'these messages'} again by id.`,
      exitCodes.failed,
    )
}

const requireConfirmed = async (count: number, yes: true | undefined): Promise<void> => {
  const question = `Erase the content of ${count} ${count === 1 ? 'message' : 'messages'}? This cannot be undone.`
  if (!(await confirmed(question, yes))) throw new CliError('Nothing was erased.', exitCodes.failed)
}
