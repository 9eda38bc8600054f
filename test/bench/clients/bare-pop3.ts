import { hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSession } from '../../../lib/mailbox/pop3/open-session.ts'
import { retrieveMessages } from '../../../lib/mailbox/pop3/retrieve.ts'
import { readMessageHeader } from '../../../lib/messages/header/read-message-header.ts'
import type { Collect } from '../assignment.ts'
import { bareOptions } from './bare-options.ts'

/**
 * The floor of the library: Postmaster's session over node-pop3 sends the commands that cannot be left out, and each
 * message is hashed, written to a file and read as far as its header. There are no rows, and nothing is checked,
 * recovered or counted.
 */
export const collectBarePop3: Collect = async (assignment) => {
  const { session, messages } = await openSession(bareOptions(assignment), true)
  const limits = { pipelining: true, mostDropped: 0 }
  for await (const retrieved of retrieveMessages(session.wire, messages, limits)) {
    const bytes = retrieved.kind === 'whole' ? retrieved.bytes : await bytesOf(retrieved)
    if (!readMessageHeader(bytes, 'X-OTOBO-')) throw new Error('a message has no header')
    writeFileSync(join(assignment.folder, hash('sha256', bytes)), bytes)
  }
  const deleted = await session.inTurn(
    messages.map(
      ({ number }) =>
        () =>
          session.DELE(number),
    ),
    true,
  )
  if (deleted.some(({ status }) => status === 'rejected')) throw new Error('a message was not deleted')
  await session.QUIT()
}

const bytesOf = async (retrieved: { readonly kind: string; readonly chunks?: AsyncIterable<Buffer> }) => {
  if (retrieved.chunks === undefined) throw new Error(`a message is ${retrieved.kind}`)
  const pieces: Buffer[] = []
  for await (const piece of retrieved.chunks) pieces.push(piece)
  return Buffer.concat(pieces)
}
