import { hash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openImapClient, spareListingOfInbox } from '../../../lib/mailbox/imap/imap-client.ts'
import { Traffic } from '../../../lib/mailbox/imap/imap-transport.ts'
import { readMessageHeader } from '../../../lib/messages/header/read-message-header.ts'
import type { Collect } from '../assignment.ts'
import { bareOptions } from './bare-options.ts'

const nothing = () => undefined

/**
 * The floor of the library: imapflow with Postmaster's options sends the commands that cannot be left out, and each
 * message is hashed, written to a file and read as far as its header. There are no rows, and nothing is checked,
 * recovered or counted.
 */
export const collectBareImap: Collect = async (assignment) => {
  const client = await openImapClient(
    bareOptions(assignment),
    { traffic: new Traffic(), onError: nothing, onExpunge: nothing, onRefused: nothing, onThrottled: nothing },
    'INBOX',
  )
  await client.connect()
  spareListingOfInbox(client)
  await client.mailboxOpen('INBOX')
  const uids: number[] = []
  for await (const { uid } of client.fetch('1:*', { uid: true, size: true, flags: true, internalDate: true }))
    uids.push(uid)
  for await (const { source } of client.fetch('1:*', { uid: true, source: true })) {
    if (source === undefined || !readMessageHeader(source, 'X-OTOBO-')) throw new Error('a message has no header')
    writeFileSync(join(assignment.folder, hash('sha256', source)), source)
  }
  const quietly = { uid: true, silent: true }
  if (!(await client.messageDelete(`${uids[0]}:${uids.at(-1)}`, quietly))) throw new Error('nothing was deleted')
  await client.logout()
}
