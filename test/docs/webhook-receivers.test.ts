import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  adapterWith,
  aParcel,
  aWebhook,
  currentKey,
  never,
  previousKey,
  secretOf,
  secretsWith,
} from '../lib/handover/webhook/webhook-world.ts'
import { freePort } from '../support/free-port.ts'
import { blocksOf, documentAt } from './documents.ts'

const examples = [
  { language: 'ts', file: 'docs/examples/webhook-receiver.ts', program: process.execPath },
  { language: 'python', file: 'docs/examples/webhook_receiver.py', program: 'python3' },
]
const guide = documentAt('docs/hand-over/webhook.md')
const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))

/** Starts an example that knows one secret. */
const started = async ({ file, program }: (typeof examples)[number]) => {
  const port = await freePort('127.0.0.1')
  const child = spawn(program, [path(file)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), WEBHOOK_SECRET: secretOf(currentKey) },
  })
  let written = ''
  child.stderr.on('data', (piece) => {
    written += piece
  })
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill()
    await ended
  })
  await expect
    .poll(
      async () => {
        if (child.exitCode !== null) throw new Error(`the example ended: ${written}`)
        return await listens(port)
      },
      { timeout: 30_000 },
    )
    .toBe(true)
  return aWebhook(`http://127.0.0.1:${port}/hook`, { customCa: undefined })
}

const listens = (port: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

describe.each(examples)('Webhook receiver $file', (example) => {
  it('Webhook receiver is shown in the guide', () => {
    expect(blocksOf(guide, example.language)).toContain(documentAt(example.file))
    expect(documentAt(example.file).trimEnd().split('\n').length).toBeLessThanOrEqual(36)
  })

  it('Webhook receiver creates one ticket, recognises a repeat, and verifies the signature', async () => {
    const destination = await started(example)
    const now = () => new Date()
    const deliver = (keys: Buffer[], parcel = aParcel(), at = now) =>
      adapterWith({ now: at, secrets: secretsWith(keys) }).deliver(parcel, destination, never)

    expect(await deliver([currentKey])).toMatchObject({ result: 'delivered', remote: { ticket: '1', result: 'new' } })
    expect(await deliver([currentKey])).toMatchObject({ result: 'delivered', remote: { ticket: '1', result: 'known' } })
    const other = aParcel({ messageId: 'a'.repeat(64) })
    // During a rotation, the receiver may still know only one of the two secrets.
    expect(await deliver([previousKey, currentKey], other)).toMatchObject({ remote: { ticket: '2', result: 'new' } })

    expect(await deliver([previousKey])).toMatchObject({ code: 'not-authorized' })
    expect(await deliver([currentKey], aParcel(), () => new Date(Date.now() - 600_000))).toMatchObject({
      code: 'not-authorized',
    })
    const { outcome } = await adapterWith({ now }).test(destination, never)
    expect(outcome).toMatchObject({ result: 'delivered' })
    expect(outcome.remote).toBeUndefined()
    const last = aParcel({ messageId: 'b'.repeat(64) })
    expect(await deliver([currentKey], last)).toMatchObject({ remote: { ticket: '3', result: 'new' } })
  })
})
