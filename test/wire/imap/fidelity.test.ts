import { describe, expect, it } from 'vitest'
import { bytesOf, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { awkwardMessages } from '../../mail-server/awkward-messages.ts'
import { cutInto } from '../../mail-server/faults.ts'
import { openAt, serverWith, settingsFor } from './imap-wire.ts'

/** Byte by byte, a megabyte takes minutes. */
const largestInBits = 1500

describe('IMAP retrieval', () => {
  it.each([1, 2, 3, 5, 64, 1448])(
    'IMAP retrieval returns every byte unchanged if the server sends pieces of %i bytes',
    async (size) => {
      for (const type of ['IMAP', 'IMAPS'] as const) {
        const server = await serverWith({}, cutInto(size))
        const messages = awkwardMessages().filter(({ bytes }) => size >= 64 || bytes.length <= largestInBits)
        server.user('alice').inbox.appendAll(messages.map(({ bytes }) => bytes))
        const mailbox = await openAt(settingsFor(server, type))
        const retrieved = await retrieveAll(mailbox, await listAll(mailbox))
        expect(retrieved).toHaveLength(messages.length)
        for (const [index, { name: title, bytes }] of messages.entries()) {
          const found = retrieved.find(({ uid }) => uid === `${index + 1}`)
          expect(found && bytesOf(found).equals(bytes), `${type}: ${title}`).toBe(true)
        }
      }
    },
  )
})
