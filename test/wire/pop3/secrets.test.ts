import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { listAll } from '../../contracts/mailbox-steps.ts'
import { expectNoSecret, spellingsOf } from '../../support/secret-spellings.ts'
import { openScripted, scripted, secret } from './steps.ts'

const ordinary: Readonly<Record<string, string>> = {
  CAPA: '+OK\r\nUSER\r\n.',
  UIDL: '+OK\r\n1 a\r\n.',
  LIST: '+OK\r\n1 10\r\n.',
  RETR: '+OK\r\nSubject: a\r\n\r\n.',
}

/** @returns all results and errors of a session with a server that answers `step` with `answer` */
const session = async (step: string, answer: string, capabilities = '+OK\r\nUSER\r\n.') => {
  const speak = (line: string, socket: Socket) => {
    const [name = ''] = line.split(' ')
    const said = name === 'AUTH' || ordinary[name] || /^[A-Z]+$/.test(name) ? name : 'SASL'
    if (said === step) socket.write(`${answer}\r\n`)
    else if (said === 'CAPA') socket.write(`${capabilities}\r\n`)
    else if (said === 'AUTH') socket.write('+ \r\n')
    else socket.write(`${ordinary[said] ?? '+OK'}\r\n`)
  }
  await using server = await scripted(speak, step === 'greeting' ? `${answer}\r\n` : '+OK\r\n')
  const seen: unknown[] = []
  try {
    const mailbox = await openScripted(server)
    try {
      const listed = await listAll(mailbox)
      seen.push(listed)
      for await (const retrieved of mailbox.retrieve(listed)) seen.push(retrieved)
      seen.push(await mailbox.remove(listed))
    } finally {
      seen.push(await mailbox.close())
    }
  } catch (error) {
    seen.push(error)
  }
  return { seen, asked: server.received }
}

const spellings = spellingsOf('ada', secret)
const steps = ['greeting', 'CAPA', 'USER', 'PASS', 'UIDL', 'LIST', 'RETR', 'DELE', 'QUIT']

describe('a POP3 server that repeats the password', () => {
  test.each(steps)('a POP3 mailbox hides a password that the server repeats at %s', async (step) => {
    for (const [, spelling] of spellings) {
      for (const answer of [
        `-ERR cannot read ${spelling}`,
        `PASS ${spelling}`,
        `+OK\r\n${spelling} ${spelling}\r\n.`,
      ]) {
        const { seen, asked } = await session(step, answer)
        expectNoSecret(seen, 'ada', secret)
        if (step !== 'greeting') expect(asked.some((line) => line.startsWith(step))).toBe(true)
      }
    }
  })

  test.each([
    ['AUTH', 'PLAIN'],
    ['SASL', 'PLAIN'],
    ['AUTH', 'LOGIN'],
    ['SASL', 'LOGIN'],
  ])('a POP3 mailbox hides a password that the server repeats at %s of AUTH %s', async (step, mechanism) => {
    for (const [, spelling] of spellings) {
      for (const answer of [`-ERR cannot read ${spelling}`, spelling, `+ ${spelling}`]) {
        const { seen } = await session(step, answer, `+OK\r\nSASL ${mechanism}\r\n.`)
        expect(seen).not.toEqual([])
        expectNoSecret(seen, 'ada', secret)
      }
    }
  })

  test('a POP3 mailbox hides a password in an endless or unsolicited line', async () => {
    for (const [, spelling] of spellings) {
      for (const answer of [`${spelling} ${'x'.repeat(10_000)}`, `+OK\r\n${spelling}`, `+OK\r\n-ERR ${spelling}`]) {
        expectNoSecret((await session('PASS', answer)).seen, 'ada', secret)
      }
    }
  })

  test('a POP3 mailbox shows the rest of a response that repeats the password', async () => {
    const { seen } = await session('PASS', `-ERR [AUTH] cannot use ${secret} today`)
    expect(seen).toEqual([
      expect.objectContaining({ code: 'credentials-rejected', serverWords: '[AUTH] cannot use … today' }),
    ])
  })
})
