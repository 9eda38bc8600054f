import { describe, expect, test, vi } from 'vitest'
import { redaction } from '../../../lib/redaction/redaction.ts'
import { type ConversationPart, conversationLimit } from '../../../lib/runs/conversation.ts'
import { ConversationRecorder } from '../../../lib/runs/conversation-recorder.ts'

const nothing = { parts: 0, bytes: 0, cut: false }
const recorder = (before = nothing, write?: (part: ConversationPart) => Promise<void>) => {
  const parts: ConversationPart[] = []
  const recording = new ConversationRecorder({
    runId: 'r1',
    before,
    writer: { write: write ?? (async (part) => void parts.push(part)) },
    redact: redaction([{ text: 'open sesame', user: 'ada' }], '(credential)'),
    now: () => new Date('2026-06-01T12:00:00.000Z'),
  })
  return { recording, parts, texts: () => parts.flatMap(({ lines }) => lines.map(({ text }) => text)) }
}

describe('conversation recorder', () => {
  test('the conversation recorder writes a part after a second or after 64 KB', async () => {
    vi.useFakeTimers()
    try {
      const { recording, parts } = recorder()
      recording.sent('1 CAPABILITY')
      recording.received('1 OK')
      await vi.advanceTimersByTimeAsync(900)
      expect(parts).toEqual([])
      await vi.advanceTimersByTimeAsync(200)
      expect(parts).toEqual([
        {
          runId: 'r1',
          number: 1,
          lines: [
            { at: '2026-06-01T12:00:00.000Z', by: 'postmaster', text: '1 CAPABILITY' },
            { at: '2026-06-01T12:00:00.000Z', by: 'server', text: '1 OK' },
          ],
        },
      ])
      for (let i = 0; i < 70; i += 1) recording.received('x'.repeat(1000))
      await vi.advanceTimersByTimeAsync(0)
      expect(parts.map(({ number }) => number)).toEqual([1, 2])
      expect(await recording.end()).toMatchObject({ parts: 3, cut: false })
    } finally {
      vi.useRealTimers()
    }
  })

  test('the conversation recorder continues after the lines from earlier invocations of the run', async () => {
    const { recording, parts } = recorder({ parts: 4, bytes: 1000, cut: false })
    recording.sent('NOOP')
    expect(await recording.end()).toEqual({ parts: 5, bytes: 1052, cut: false })
    expect(parts.map(({ number }) => number)).toEqual([5])
  })

  test('the conversation recorder stops at its limit with a note and never exceeds the row size of DynamoDB', async () => {
    const { recording, parts, texts } = recorder()
    for (let i = 0; i < 3000; i += 1) recording.received(`${i} ${'€'.repeat(400)}`)
    expect(recording.listening).toBe(false)
    const { bytes, cut } = await recording.end()
    expect(cut).toBe(true)
    expect(bytes).toBeGreaterThanOrEqual(conversationLimit)
    expect(bytes).toBeLessThan(conversationLimit + 10_000)
    expect(texts().at(-1)).toMatch(/^The recording ends here/)
    for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(200_000)
    const again = recorder({ parts: 20, bytes, cut })
    again.recording.sent('NOOP')
    expect(await again.recording.end()).toEqual({ parts: 20, bytes, cut })
  })

  test('the conversation recorder stops and reports a failure if a part cannot be written, without an error for the fetch', async () => {
    const { recording } = recorder(nothing, async () => {
      throw new Error('table down')
    })
    recording.sent('1 NOOP')
    expect(await recording.end()).toMatchObject({ parts: 0 })
    expect(recording.failed).toBe(true)
    expect(recording.listening).toBe(false)
  })

  test('the conversation recorder redacts a long line before it cuts the line', async () => {
    const { recording, texts } = recorder()
    recording.received(`${'x'.repeat(1995)}open sesame and more`)
    await recording.end()
    expect(texts()[0]).toMatch(/^x{1995}\(cred… \(\d+ characters\)$/)
  })
})
