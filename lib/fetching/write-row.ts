import type { Message } from '../messages/message.ts'
import { UnwritableRow } from '../tables/unwritable-row.ts'
import type { FetchContext } from './fetch-context.ts'

const because = {
  'too-large': 'it is larger than a row may be',
  refused: 'DynamoDB does not accept it',
  'not-convertible': 'it contains a value that a row cannot hold',
} as const satisfies Record<UnwritableRow['code'], string>

/**
 * Writes a message's row unless one exists. If the row cannot be written as it is, it is written without what was read
 * of the header: the sender chose that content, and it must not stop the mail of others.
 *
 * @returns the row that is there afterwards; undefined if even the rest cannot be written
 * @throws StorageFailure if the table is what fails
 */
export const writeRow = async (context: FetchContext, wanted: Message): Promise<Message | undefined> => {
  const row = await attempt(context, wanted)
  if (!(row instanceof UnwritableRow)) return row
  const without = await attempt(context, withoutHeader(wanted))
  const { log } = context
  const { uid } = wanted.source
  if (without instanceof UnwritableRow) {
    const words = `The row of message ${uid} cannot be written: ${because[without.code]}. The message stays on the server.`
    log.event('unstorable', words, wanted.messageId)
    return undefined
  }
  const words = `The header of message ${uid} cannot be stored: ${because[row.code]}. The message is stored as unparsed.`
  log.event('header-not-stored', words, wanted.messageId)
  return without
}

const attempt = async ({ services, log, account }: FetchContext, row: Message): Promise<Message | UnwritableRow> => {
  try {
    return await services.ledger.create(row)
  } catch (error) {
    if (!(error instanceof UnwritableRow)) throw error
    const about = { messageId: row.messageId, runId: log.run.runId, accountId: account.accountId }
    services.logError('the row of a message cannot be written', error, about)
    return error
  }
}

/** Queue and trust were decided and stay. */
const withoutHeader = ({ header: _header, ...row }: Message): Message => ({
  ...row,
  parsed: false,
  reason: {
    code: 'unparsed',
    words: `The header cannot be stored with the message; queue ${row.queueName} was chosen before.`,
  },
  control: {},
  ignoredControl: [],
})
