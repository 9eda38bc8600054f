import { Command, Option } from 'commander'
import { messageSchema } from '../../lib/messages/message.ts'
import { connected } from '../api/client.ts'
import { queueNamed } from '../api/find-by-name.ts'
import { asListing, queryOf } from '../api/listing.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'

interface MessageListOptions {
  readonly queue?: string
  readonly account?: string
  readonly run?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
  /** The id of `queue`, looked up before the list is requested. */
  readonly queueId?: string
}

export const listMessagesCommand = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list stored messages, newest first')
      .option('--queue <name>', 'only messages in this queue')
      .option('--account <id>', 'only messages from this account')
      .option('--run <id>', 'only messages that this run stored')
      .addOption(
        new Option('--state <value>', 'only messages in this state').choices([
          'stored',
          'announced',
          'ignored',
          'unparsed',
        ]),
      )
      .option('--from <time>', 'only messages stored from this day or time onwards, for example 2026-03-02')
      .option('--to <time>', 'only messages stored up to this day or time')
      .addHelpText(
        'after',
        '\nExamples:\n  postmaster messages list --queue Support\n  postmaster messages list --queue Support --account 01JNBZ4ZQ0V7M3T9H2K5W8XACC --state announced\n  postmaster messages list --state unparsed --from 2026-03-01',
      )
      .hook('preAction', async (_program, command) => {
        const { queue } = command.opts<MessageListOptions>()
        if (queue !== undefined)
          command.setOptionValue('queueId', (await queueNamed(connected(command), queue)).queueId)
      }),
    output,
    {
      path: ({ queueId, account, run, state, from, to }: MessageListOptions) =>
        `/messages?${queryOf({ limit: '50', queueId, accountId: account, runId: run, state, from, to })}`,
      schema: tolerant(messageSchema),
      head: ['STORED', 'QUEUE', 'FROM', 'SUBJECT', 'BYTES', 'STATE', 'MESSAGE'],
      row: ({ storedAt, queueName, header, size, state, parsed, messageId }) => [
        storedAt,
        queueName,
        (header?.from ?? '').slice(0, 40),
        (header?.subject ?? '').slice(0, 50),
        String(size),
        parsed ? state : `${state}, unparsed`,
        messageId,
      ],
      empty: 'No messages match.',
      atMost: 50,
    },
  )
