import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Collect } from '../assignment.ts'
import { LineReader } from './line-reader.ts'

/** The minimum for emptying an IMAP mailbox: eight commands, one FETCH for everything, and no check except for OK. */
export const collectRawImap: Collect = async ({ host, port, user, password, folder }) => {
  using reader = new LineReader(host, port)
  await reader.line()
  let tag = 0
  const command = async (text: string, onLiteral: (bytes: Buffer) => void = () => undefined): Promise<void> => {
    tag += 1
    reader.socket.write(`a${tag} ${text}\r\n`)
    for (;;) {
      const line = await reader.line()
      const literal = /\{(\d+)\}$/.exec(line)
      if (literal) onLiteral(await reader.bytes(Number(literal[1])))
      else if (line.startsWith(`a${tag} OK`)) return
      else if (line.startsWith(`a${tag} `)) throw new Error(`raw IMAP: ${line}`)
    }
  }
  let stored = 0
  await command(`LOGIN "${user}" "${password}"`)
  await command('SELECT INBOX')
  await command('FETCH 1:* (UID RFC822.SIZE)')
  await command('FETCH 1:* (BODY.PEEK[])', (bytes) => {
    stored += 1
    writeFileSync(join(folder, `${stored}`), bytes)
  })
  await command('STORE 1:* +FLAGS.SILENT (\\Deleted)')
  await command('EXPUNGE')
  await command('LOGOUT')
}
