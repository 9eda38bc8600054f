import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Collect } from '../assignment.ts'
import { LineReader } from './line-reader.ts'

/** The number of RETR commands in progress. It equals Postmaster's, so that the comparison covers everything else. */
const window = 32

/** The minimum for emptying a POP3 mailbox: one session, RETR in a sliding window, all DELEs at once, and QUIT. */
export const collectRawPop3: Collect = async ({ host, port, user, password, folder }) => {
  using reader = new LineReader(host, port)
  const accepted = async (): Promise<void> => {
    const line = await reader.line()
    if (!line.startsWith('+OK')) throw new Error(`raw POP3: ${line}`)
  }
  const command = async (line: string): Promise<void> => {
    reader.socket.write(`${line}\r\n`)
    await accepted()
  }
  await accepted()
  await command(`USER ${user}`)
  await command(`PASS ${password}`)
  await command('LIST')
  const sizes: number[] = []
  for (let line = await reader.line(); line !== '.'; line = await reader.line()) sizes.push(Number(line.split(' ')[1]))

  const ask = (number: number) => reader.socket.write(`RETR ${number}\r\n`)
  reader.socket.cork()
  for (let number = 1; number <= Math.min(window, sizes.length); number += 1) ask(number)
  reader.socket.uncork()
  for (const [index, size] of sizes.entries()) {
    await accepted()
    // The final CRLF belongs to both the message and the terminator, and stuffed dots only make the response longer.
    const stuffed = await reader.until('\r\n.\r\n', Math.max(0, size - 2))
    if (index + window < sizes.length) ask(index + window + 1)
    writeFileSync(join(folder, `${index + 1}`), unstuffed(stuffed))
  }
  reader.socket.write(sizes.map((_, index) => `DELE ${index + 1}\r\n`).join(''))
  for (const _ of sizes) await accepted()
  await command('QUIT')
}

const unstuffed = (stuffed: Buffer): Buffer => {
  const text = stuffed.includes('\r\n..')
    ? Buffer.from(stuffed.toString('latin1').replaceAll('\r\n..', '\r\n.'), 'latin1')
    : stuffed
  return Buffer.concat([text, Buffer.from('\r\n')])
}
