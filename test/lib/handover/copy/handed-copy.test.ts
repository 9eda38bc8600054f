import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { HandedCopies } from '../../../../lib/handover/copy/handed-copy.ts'
import { sampleMessage } from '../../../support/sample-message.ts'
import { spellings } from './spellings.ts'

const queueMap = { names: { 'q-support': 'Störung::Büro' } }
const plain = { destinationId: '01DEST', queueMap }
const setting = { ...plain, controlHeaderPrefix: 'X-OTRS-' }
const signal = AbortSignal.timeout(60_000)

const allOf = async (stream: AsyncIterable<Buffer> | undefined): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const world = (mail?: string) => {
  const bytes = mail === undefined ? undefined : Buffer.from(mail, 'latin1')
  const copies = new Map<string, Buffer>()
  const streams = { opened: 0, closed: 0 }
  const handed = new HandedCopies({
    raw: {
      open: async () => {
        streams.opened += 1
        return (
          bytes &&
          (async function* () {
            try {
              yield bytes
            } finally {
              streams.closed += 1
            }
          })()
        )
      },
    },
    copies: {
      put: async (key, stream) => {
        copies.set(key, await allOf(stream))
      },
    },
    controlHeaderPrefix: 'X-Desk-',
  })
  return { handed, copies, streams }
}

const opened = async (mail: string, ...[message, destination]: [ReturnType<typeof sampleMessage>, typeof plain]) => {
  const stream = await world(mail).handed.open(message, destination, signal)
  return (await allOf(stream)).toString('latin1')
}

const header = 'From: a@example.org\r\nX-OTRS-Queue: Junk\r\nX-Desk-Priority: 5\r\nSubject: a\r\n'
const body = '\r\nX-OTRS-Queue: in the body'
const cleaned = `From: a@example.org\r\nSubject: a\r\n${body}`

it('a destination receives untrusted mail without control headers, as a stream and by a link', async () => {
  const message = sampleMessage()
  for (const destination of [plain, setting]) {
    expect(await opened(header + body, message, destination)).toBe(cleaned)
    const { handed, copies } = world(header + body)
    const mail = await handed.prepare(message, destination, signal)
    expect(mail).toEqual({
      copyKey: `01DEST/${message.messageId}`,
      size: cleaned.length,
      sha256: createHash('sha256').update(cleaned).digest('hex'),
    })
    expect(copies.get(mail?.copyKey ?? '')?.toString('latin1')).toBe(cleaned)
  }
})

it('neither way of handing over lets a spelling of a control header through', async () => {
  for (const spelling of Object.values(spellings)) {
    const mail = `From: a@x\n${spelling}Subject: a\n\nbody`
    const { handed, copies } = world(mail)
    await handed.prepare(sampleMessage(), plain, signal)
    const streamed = await opened(mail, sampleMessage(), plain)
    expect([...copies.values()].map((copy) => copy.toString('latin1'))).toEqual([streamed])
    expect(streamed).not.toMatch(/junk|rt-att|postmaster-trusted/i)
  }
})

it('preparing a link closes every stream that it opens, so that no connection to the storage stays busy', async () => {
  for (const [message, destination] of [
    [sampleMessage(), plain],
    [sampleMessage({ trusted: true }), setting],
  ] as const) {
    const { handed, streams } = world(header + body)
    await handed.prepare(message, destination, signal)
    expect(streams.closed).toBe(streams.opened)
  }
})

it('a link to untrusted mail without control headers needs no copy', async () => {
  const message = sampleMessage()
  const { handed, copies } = world(cleaned)
  expect(await handed.prepare(message, plain, signal)).toEqual({ size: message.size, sha256: message.sha256 })
  expect(copies.size).toBe(0)
})

it('a destination receives trusted mail as stored if it does not obey control headers', async () => {
  const message = sampleMessage({ trusted: true })
  const { handed } = world(header + body)
  expect(await opened(header + body, message, plain)).toBe(header + body)
  expect(await handed.prepare(message, plain, signal)).toEqual({ size: message.size, sha256: message.sha256 })
})

it('trusted mail carries the honoured control headers under the prefix of the destination', async () => {
  const message = sampleMessage({ trusted: true, control: { priority: '5 very high', 'customer-no': 'Müller' } })
  expect(await opened(header + body, message, setting)).toBe(
    [
      'X-OTRS-Priority: 5 very high',
      'X-OTRS-Customer-No: =?UTF-8?B?TcO8bGxlcg==?=',
      'X-OTRS-Queue: =?UTF-8?B?U3TDtnJ1bmc6OkLDvHJv?=',
      `X-Postmaster-Id: ${message.messageId}`,
      'From: a@example.org',
      'X-Desk-Priority: 5',
      'Subject: a',
      body,
    ].join('\r\n'),
  )
})

it('expired raw mail is reported as missing', async () => {
  const { handed } = world()
  expect(await handed.open(sampleMessage(), plain, signal)).toBeUndefined()
  expect(await handed.prepare(sampleMessage(), plain, signal)).toBeUndefined()
  expect(await handed.prepare(sampleMessage({ trusted: true }), setting, signal)).toBeUndefined()
})
