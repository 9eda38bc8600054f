import { Command } from 'commander'
import { messageSchema } from '../../lib/messages/message.ts'
import { asListing, queryOf } from '../api/listing.ts'
import { tolerant } from '../api/tolerant.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type MessageSelection, selectedMessages, withMessageSelection } from './filters.ts'

export const listMessagesCommand = (output: CommandOutput): Command =>
  asListing(
    withMessageSelection(new Command('list'))
      .description('list stored messages, newest first')
      .addHelpText(
        'after',
        '\nExamples:\n  postmaster messages list --queue Support\n  postmaster messages list --queue Support --account 01JNBZ4ZQ0V7M3T9H2K5W8XACC --state announced\n  postmaster messages list --state unparsed --from 2026-03-01',
      ),
    output,
    {
      path: async (selection: MessageSelection, api) =>
        `/messages?${queryOf({ limit: '50', ...(await selectedMessages(api, selection)) })}`,
      schema: tolerant(messageSchema),
      columns: [
        { head: 'ID', value: ({ messageId }) => messageId, kind: 'id' },
        { head: 'STORED', value: ({ storedAt }) => storedAt, kind: 'time' },
        { head: 'QUEUE', value: ({ queueName }) => queueName },
        { head: 'FROM', value: ({ header }) => header?.from },
        { head: 'SUBJECT', value: ({ state, header }) => (state === 'erased' ? '(erased)' : header?.subject) },
        { head: 'STATE', value: ({ state }) => state, kind: 'state' },
        { head: 'BYTES', value: ({ size }) => size, kind: 'number' },
        { head: 'HEADER', value: ({ parsed }) => (parsed ? '' : 'unparsed') },
      ],
      things: 'messages',
      paged: true,
    },
  )
