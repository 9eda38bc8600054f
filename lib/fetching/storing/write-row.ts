import type { Message, MessageLedger } from '../../messages/message.ts'
import { UnwritableRow } from '../../tables/items.ts'

export interface WriteRowServices {
  readonly ledger: Pick<MessageLedger, 'create'>
  /** Logs an error for operators. Only its safe fields may reach the log. */
  readonly logError: (detail: string, error: Error, about: Readonly<Record<string, string>>) => void
}

export interface WrittenRow {
  /** The row that exists afterwards. It is absent if the row cannot be written even without the header. */
  readonly row?: Message
  /** Why the row could not be written as it was. */
  readonly refused?: UnwritableRow['code']
}

/**
 * Writes a message's row unless one exists. If the row cannot be written as it is, it is written without the header.
 * The sender controls that content, and it must not block the mail of others.
 *
 * @throws the table's error if the table itself fails
 */
export const writeMessageRow = async (services: WriteRowServices, wanted: Message): Promise<WrittenRow> => {
  const row = await attempt(services, wanted)
  if (!(row instanceof UnwritableRow)) return { row }
  const without = await attempt(services, withoutHeader(wanted))
  if (without instanceof UnwritableRow) return { refused: without.code }
  return { row: without, refused: row.code }
}

const attempt = async ({ ledger, logError }: WriteRowServices, row: Message): Promise<Message | UnwritableRow> => {
  try {
    return await ledger.create(row)
  } catch (error) {
    if (!(error instanceof UnwritableRow)) throw error
    const { messageId, runId, accountId } = row
    logError('cannot write the row of a message', error, { messageId, runId, accountId })
    return error
  }
}

/** Removes what the sender wrote. It keeps the decisions, including the kind of automatic mail. */
const withoutHeader = ({ header: _header, automatic, ...row }: Message): Message => ({
  ...row,
  ...(automatic?.kind && { automatic: { kind: automatic.kind, signs: [] } }),
  parsed: false,
  reason: {
    code: 'unparsed',
    detail: `The header cannot be stored with the message. Postmaster had already chosen queue ${row.queueName}.`,
  },
  control: {},
  ignoredControl: [],
})
