import type { Message } from '../../messages/message.ts'
import { UnwritableRow } from '../../tables/unwritable-row.ts'
import type { FetchContext } from '../part.ts'

const because = {
  'too-large': 'it is larger than a row can be',
  refused: 'DynamoDB does not accept it',
  'not-convertible': 'it contains a value that a row cannot hold',
} as const satisfies Record<UnwritableRow['code'], string>

/**
 * Writes a message's row unless one exists. If the row cannot be written as it is, it is written without the header.
 * The sender controls that content, and it must not block the mail of others.
 *
 * @returns the row that exists afterwards, or undefined if the row cannot be written even without the header
 * @throws StorageFailure if the table itself fails
 */
export const writeRow = async (context: FetchContext, wanted: Message): Promise<Message | undefined> => {
  const row = await attempt(context, wanted)
  if (!(row instanceof UnwritableRow)) return row
  const without = await attempt(context, withoutHeader(wanted))
  const { log } = context
  const { uid } = wanted.source
  if (without instanceof UnwritableRow) {
    const detail = `The row for message ${uid} cannot be written: ${because[without.code]}. The message stays on the server.`
    log.event('unstorable', detail, wanted.messageId)
    return undefined
  }
  const detail = `The header of message ${uid} cannot be stored: ${because[row.code]}. The message is stored as unparsed.`
  log.event('header-not-stored', detail, wanted.messageId)
  return without
}

const attempt = async ({ services, log, account }: FetchContext, row: Message): Promise<Message | UnwritableRow> => {
  try {
    return await services.ledger.create(row)
  } catch (error) {
    if (!(error instanceof UnwritableRow)) throw error
    const about = { messageId: row.messageId, runId: log.run.runId, accountId: account.accountId }
    services.logError('cannot write the row of a message', error, about)
    return error
  }
}

/** Removes the header. The queue and trust decisions are kept. */
const withoutHeader = ({ header: _header, ...row }: Message): Message => ({
  ...row,
  parsed: false,
  reason: {
    code: 'unparsed',
    detail: `The header cannot be stored with the message. Postmaster had already chosen queue ${row.queueName}.`,
  },
  control: {},
  ignoredControl: [],
})
