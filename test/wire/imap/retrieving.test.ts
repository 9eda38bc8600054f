import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { IncompleteMessage, wholeMessageLimit } from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { letter } from '../../contracts/letter.ts'
import { bytesOf, type Collected, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import {
  emptyBody,
  endMidMessage,
  type Fault,
  flagUpdates,
  hugeLiteral,
  lie,
  missingRow,
  nilBody,
  refuse,
  replyTo,
  rowWithoutBody,
  unaskedRow,
  wrongSize,
} from '../../mail-server/faults.ts'
import { failureOf, hasty, openAt, serverWith, settingsFor } from './imap-wire.ts'

const letters = (count: number) => Array.from({ length: count }, (_, index) => letter(`number ${index + 1}`))

const retrieveFrom = async (count: number, ...faults: Fault[]) => {
  const server = await serverWith({}, ...faults)
  const bodies = letters(count)
  server.user('alice').inbox.appendAll(bodies)
  const mailbox = await openAt(settingsFor(server))
  return { server, bodies, mailbox, listed: await listAll(mailbox) }
}

const readToEnd = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
  for await (const _ of chunks);
}

const outcome = (all: readonly Collected[]) =>
  Object.fromEntries(all.map((found) => [found.uid, found.kind === 'absent' ? found.reason : found.kind]))

describe('IMAP retrieval', () => {
  it.each([
    ['no row', missingRow(2), 'no-body'],
    ['a row without a body', rowWithoutBody(2), 'no-body'],
    ['NIL for a body', nilBody(2), 'no-body'],
    ['an empty body despite an announced size', emptyBody(2), 'empty'],
    ['the row under another UID', lie(2, { uid: 4711 }), 'vanished'],
  ])('IMAP retrieval returns one message as absent and the others whole: %s', async (_, fault, reason) => {
    const { mailbox, bodies, server } = await retrieveFrom(3)
    const listed = await listAll(mailbox)
    server.faults = [fault]
    const retrieved = await retrieveAll(mailbox, listed)
    expect(outcome(retrieved)).toEqual({ 1: 'whole', 2: reason === 'vanished' ? 'no-body' : reason, 3: 'whole' })
    expect(retrieved.filter(({ kind }) => kind === 'whole').map(bytesOf)).toEqual([bodies[0], bodies[2]])
  })

  it('IMAP retrieval returns an empty message as a whole message', async () => {
    const server = await serverWith()
    server.user('alice').inbox.append('')
    const mailbox = await openAt(settingsFor(server))
    expect(outcome(await retrieveAll(mailbox, await listAll(mailbox)))).toEqual({ 1: 'whole' })
  })

  it('IMAP retrieval ignores rows of flag changes and of messages that were not requested', async () => {
    const { mailbox, bodies, listed } = await retrieveFrom(
      5,
      flagUpdates(),
      unaskedRow(77, Buffer.from('never asked for'), 2),
      unaskedRow(1, Buffer.from('a second time'), 3),
    )
    const retrieved = await retrieveAll(mailbox, listed)
    expect(retrieved.map(bytesOf)).toEqual(bodies)
    expect(outcome(retrieved)).toEqual({ 1: 'whole', 2: 'whole', 3: 'whole', 4: 'whole', 5: 'whole' })
  })

  it('IMAP retrieval loses only one message to an unparsable line', async () => {
    const { mailbox, listed } = await retrieveFrom(3, lie(2, { before: ['* 2 FETCH (UID 2 BODY[] {3}', 'ab(((("'] }))
    expect(outcome(await retrieveAll(mailbox, listed))).toMatchObject({ 1: 'whole', 3: 'whole' })
  })

  it('IMAP retrieval isolates a refused message by repeated halving and returns the others whole', async () => {
    const poison = (uid: number): Fault => ({
      onCommand: (_, { name, args }) => {
        if (name !== 'UID FETCH') return undefined
        const [from = 0, to = from] = (args.split(' ')[0] ?? '').split(':').map(Number)
        return uid >= from && uid <= to ? { reply: '{tag} NO [SERVERBUG] Internal error occurred' } : undefined
      },
    })
    const { mailbox, listed, server } = await retrieveFrom(16)
    server.faults = [poison(11)]
    const retrieved = await retrieveAll(mailbox, listed)
    expect(retrieved.filter(({ kind }) => kind === 'whole')).toHaveLength(15)
    expect(retrieved.find(({ uid }) => uid === '11')).toMatchObject({
      kind: 'absent',
      reason: 'refused',
      serverWords: 'Internal error occurred',
    })
    expect(server.commandNames().filter((name) => name === 'UID FETCH').length).toBeLessThanOrEqual(10)
  })

  it.each([
    ['UNAVAILABLE', 'server-unavailable'],
    ['LIMIT', 'throttled'],
  ])('IMAP retrieval sends no further commands after [%s] and reports %s', async (code, expected) => {
    const { mailbox, listed, server } = await retrieveFrom(4)
    server.faults = [refuse('UID FETCH', { code })]
    expect((await failureOf(retrieveAll(mailbox, listed))).code).toBe(expected)
    expect(server.commandNames().filter((name) => name === 'UID FETCH')).toHaveLength(1)
  })

  it('IMAP retrieval continues after [EXPUNGEISSUED] and after Courier’s equivalent text', async () => {
    for (const text of [
      '[EXPUNGEISSUED] Some messages were already expunged.',
      'Some of the requested messages no longer exist.',
    ]) {
      const { mailbox, listed, server, bodies } = await retrieveFrom(3)
      server.user('alice').inbox.remove(2)
      const row = (uid: number) =>
        `* ${uid} FETCH (UID ${uid} BODY[] {${bodies[uid - 1]?.length}}\r\n${bodies[uid - 1]})\r\n`
      server.faults = [replyTo('UID FETCH', `${row(1)}${row(3)}{tag} NO ${text}`, 1)]
      expect(outcome(await retrieveAll(mailbox, listed))).toEqual({ 1: 'whole', 2: 'vanished', 3: 'whole' })
    }
  })

  it.each(['drop', 'reset', 'hang'] as const)(
    'IMAP retrieval returns the messages received before a connection ends in the middle of a message (%s)',
    async (ending) => {
      const { listed, server, bodies } = await retrieveFrom(3)
      const mailbox = await openAt(settingsFor(server), ending === 'hang' ? hasty : {})
      server.faults = [endMidMessage(20, ending, 2)]
      const good: Buffer[] = []
      const work = (async () => {
        for await (const found of mailbox.retrieve(listed)) if (found.kind === 'whole') good.push(found.bytes)
      })()
      expect((await failureOf(work)).code).toBe(ending === 'hang' ? 'server-silent' : 'connection-lost')
      expect(good).toEqual(bodies.slice(0, 1))
      expect((await failureOf(retrieveAll(mailbox, listed))).code).toMatch(/server-silent|connection-lost/)
      await mailbox.close()
    },
  )

  it('IMAP retrieval slows the server down for a slow reader and does not report server-silent', async () => {
    const server = await serverWith()
    const bodies = Array.from({ length: 40 }, (_, index) => letter(`${index}`, Buffer.alloc(1024 * 1024, 'x')))
    server.user('alice').inbox.appendAll(bodies)
    const mailbox = await openAt(settingsFor(server), hasty)
    const listed = await listAll(mailbox)
    const before = mailbox.bytesReceived
    let count = 0
    for await (const found of mailbox.retrieve(listed)) {
      expect(found.kind).toBe('whole')
      count += 1
      if (count !== 2) continue
      await sleep(2500)
      // One message is here, one is in the parser, and the rest is in the sockets' buffers.
      expect(mailbox.bytesReceived - before).toBeLessThan(8 * 1024 * 1024)
    }
    expect(count).toBe(40)
  })

  it('IMAP retrieval reads a literal far larger than its announced size in pieces, and the others whole', async () => {
    const huge = letter('huge', Buffer.alloc(33 * 1024 * 1024, 'A line of a huge message.\r\n'))
    const server = await serverWith({}, wrongSize(1000, 2))
    server.user('alice').inbox.appendAll([letter('before'), huge, letter('after')])
    const mailbox = await openAt(settingsFor(server))
    const retrieved = await retrieveAll(mailbox, await listAll(mailbox))
    expect(outcome(retrieved)).toEqual({ 1: 'whole', 2: 'stream', 3: 'whole' })
    const found = retrieved.find(({ uid }) => uid === '2')
    expect(found && bytesOf(found).equals(huge)).toBe(true)
    expect(server.sessionCount).toBe(2)
  })

  it('IMAP retrieval ends with server-misbehaved if the server announces only huge literals', async () => {
    const { mailbox, listed, server } = await retrieveFrom(8)
    server.faults = [hugeLiteral(2 ** 40)]
    const work = (async () => {
      for await (const found of mailbox.retrieve(listed)) {
        if (found.kind !== 'stream') continue
        await expect(readToEnd(found.chunks)).rejects.toThrow()
      }
    })()
    expect((await failureOf(work)).code).toBe('server-misbehaved')
    expect(server.sessionCount).toBeLessThanOrEqual(4)
  })

  it('IMAP retrieval rejects a command during an open iteration instead of waiting forever', async () => {
    const { mailbox, listed } = await retrieveFrom(3)
    for await (const _ of mailbox.retrieve(listed)) {
      await expect(mailbox.remove(listed)).rejects.toThrow(TypeError)
      await expect(listAll(mailbox)).rejects.toThrow(TypeError)
    }
    for await (const _ of mailbox.retrieve(listed)) break
    expect((await mailbox.remove(listed)).confirmed).toEqual(['1', '2', '3'])
  })

  it('an IMAP mailbox can be closed in the middle of an iteration', async () => {
    const { mailbox, listed } = await retrieveFrom(3)
    await expect(
      (async () => {
        for await (const _ of mailbox.retrieve(listed)) await mailbox.close()
      })(),
    ).rejects.toBeInstanceOf(MailboxError)
  })
})

describe('IMAP retrieval in pieces', () => {
  const mega = 1024 * 1024
  const big = letter('big', Buffer.alloc(12 * mega, 'Something long is said here.\r\n'))
  const size = big.length

  const streamed = async (...faults: Fault[]) => {
    const server = await serverWith({}, ...faults)
    server.user('alice').inbox.appendAll([big, letter('after')])
    const mailbox = await openAt(settingsFor(server))
    const listed = await listAll(mailbox)
    const pieces: Buffer[] = []
    let failure: unknown
    const others: string[] = []
    for await (const found of mailbox.retrieve(listed)) {
      if (found.kind === 'stream') {
        try {
          for await (const piece of found.chunks) pieces.push(piece)
        } catch (error) {
          failure = error
        }
      } else others.push(`${found.message.uid} ${found.kind}`)
    }
    return { bytes: Buffer.concat(pieces), failure, others, server, mailbox }
  }

  it.each([
    ['right', undefined],
    ['too large', wrongSize(size * 3, 1)],
    ['too small, but large', wrongSize(wholeMessageLimit + 1, 1)],
  ])('IMAP retrieval in pieces is complete if the announced size is %s', async (_, fault) => {
    const { bytes, failure, others } = await streamed(...(fault ? [fault] : []))
    expect(failure).toBeUndefined()
    expect(bytes.equals(big)).toBe(true)
    expect(others).toEqual(['2 whole'])
  })

  /** Answers requests for pieces: the one with the given number, and those after it if `always`. */
  const pieceNumber = (wanted: number, answer: (from: number) => string, { always = false } = {}): Fault => {
    let asked = 0
    return {
      onCommand: (_, { name, args }) => {
        const piece = /BODY\.PEEK\[\]<(\d+)\.\d+>/.exec(args)
        if (name !== 'UID FETCH' || !piece) return undefined
        asked += 1
        const reply = (always ? asked >= wanted : asked === wanted) ? answer(Number(piece[1])) : undefined
        return reply === undefined ? undefined : { reply }
      },
    }
  }

  it('IMAP retrieval in pieces continues where a short response ended', async () => {
    const shorter = pieceNumber(2, (from) => {
      const part = big.subarray(from, from + 1000).toString('latin1')
      return `* 1 FETCH (UID 1 BODY[]<${from}> {1000}\r\n${part})\r\n{tag} OK done`
    })
    const { bytes, failure } = await streamed(shorter)
    expect(failure).toBeUndefined()
    expect(bytes.equals(big)).toBe(true)
  })

  const piece = (from: number, to: number) => {
    const bytes = big.subarray(from, to)
    return `BODY[]<${from}> {${bytes.length}}\r\n${bytes.toString('latin1')}`
  }
  const row = (item: string) => `* 1 FETCH (UID 1 ${item})\r\n{tag} OK done`

  it.each<[string, number, (from: number) => string]>([
    ['no row for the first piece', 1, () => '{tag} OK done'],
    ['an empty first piece', 1, () => '* 1 FETCH (UID 1 BODY[]<0> "")\r\n{tag} OK done'],
    ['no row for a later piece', 2, () => '{tag} OK done'],
    ['NIL before the announced end', 2, () => '* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK done'],
    ['a refusal', 2, () => '{tag} NO [SERVERBUG] lost it'],
    ['more than the requested piece', 2, (from) => row(`BODY[]<${from}> {${17 * mega}}\r\n${'x'.repeat(17 * mega)}`)],
    ['a different piece than requested', 2, () => '* 1 FETCH (UID 1 BODY[]<5> "abc")\r\n{tag} OK done'],
    [
      'the beginning again',
      2,
      () => `* 1 FETCH (UID 1 BODY[] {2000}\r\n${big.subarray(0, 2000).toString('latin1')})\r\n{tag} OK done`,
    ],
  ])('IMAP retrieval in pieces throws IncompleteMessage and the session continues: %s', async (_, number, answer) => {
    const { failure, mailbox, server } = await streamed(pieceNumber(number, answer, { always: true }))
    expect(failure).toBeInstanceOf(IncompleteMessage)
    server.faults = []
    expect(await listAll(mailbox)).toHaveLength(2)
  })

  it('IMAP retrieval in pieces needs one request for each 8 MiB', async () => {
    const server = await serverWith()
    const smaller = big.subarray(0, 9 * mega)
    const larger = Buffer.concat([big, big])
    server.user('alice').inbox.appendAll([smaller, larger, smaller])
    const mailbox = await openAt(settingsFor(server))
    const listed = await listAll(mailbox)
    server.transcript.length = 0
    const retrieved = await retrieveAll(mailbox, listed)
    expect(retrieved.map((found) => bytesOf(found).length)).toEqual([9 * mega, 2 * size, 9 * mega])
    expect(server.commandNames()).toEqual(Array.from({ length: 2 + 4 + 2 }, () => 'UID FETCH'))
  })

  it('IMAP retrieval in pieces asks for the end of a message whose announced size is a multiple of 8 MiB', async () => {
    const server = await serverWith({}, wrongSize(16 * mega, 1))
    const larger = Buffer.concat([big, big])
    server.user('alice').inbox.append(larger)
    const mailbox = await openAt(settingsFor(server))
    const [found] = await retrieveAll(mailbox, await listAll(mailbox))
    expect(found && bytesOf(found).equals(larger)).toBe(true)
  })

  it.each<[string, number, (from: number) => string]>([
    ['a short piece', 1, (from) => row(piece(from, from + 1000))],
    ['a piece without its origin', 2, (from) => row(piece(from, size).replace(`<${from}>`, ''))],
    ['a piece in a quoted string', 1, () => row(`BODY[]<0> "${big.subarray(0, 9).toString('latin1')}"`)],
    ['the whole message', 1, () => row(piece(0, size))],
    [
      'rows without the piece, before it and after it',
      2,
      (from) =>
        ['* 1 FETCH (UID 1 FLAGS ())', '* 2 FETCH (UID 2 FLAGS ())', `* 1 FETCH (${piece(from, size)} UID 1)`]
          .concat('* 1 FETCH (UID 1 FLAGS (\\Seen))', '{tag} OK done')
          .join('\r\n'),
    ],
    [
      'a piece of another message',
      2,
      (from) => `* 2 FETCH (UID 2 BODY[]<${from}> {3}\r\nabc)\r\n${row(piece(from, size))}`,
    ],
  ])('IMAP retrieval in pieces is complete if the server answers with %s', async (_, number, answer) => {
    const { bytes, failure, others } = await streamed(pieceNumber(number, answer))
    expect(failure).toBeUndefined()
    expect(bytes.equals(big)).toBe(true)
    expect(others).toEqual(['2 whole'])
  })

  it('IMAP retrieval in pieces holds only one of the pieces that a server repeats without end', async () => {
    const flood = pieceNumber(
      2,
      (from) => `${`* 1 FETCH (UID 1 ${piece(from, from + 100_000)})\r\n`.repeat(400)}{tag} OK done`,
    )
    const { bytes, failure } = await streamed(flood)
    expect(failure).toBeUndefined()
    expect(bytes.equals(big)).toBe(true)
  })

  it('IMAP retrieval in pieces leaves the session usable if the reader stops halfway', async () => {
    const server = await serverWith()
    server.user('alice').inbox.append(big)
    const mailbox = await openAt(settingsFor(server))
    const listed = await listAll(mailbox)
    for await (const found of mailbox.retrieve(listed)) {
      if (found.kind !== 'stream') throw new Error('not streamed')
      for await (const _ of found.chunks) break
    }
    expect((await mailbox.remove(listed)).confirmed).toEqual(['1'])
  })
})
