import { afterEach, describe, expect, it } from 'vitest'
import { ReadingThread } from '../../../functions/message-view/reading-thread.ts'
import { safeFieldsOf } from '../../../functions/shared/logger.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'

const scripted = new URL('threads/scripted-thread.ts', import.meta.url)
const open: ReadingThread[] = []
const threads = (entry = scripted, limits = { time: 60_000, heap: 64 }) => {
  const reading = new ReadingThread(entry, limits)
  open.push(reading)
  return reading
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((reading) => reading.close()))
})

const question = (messageId: string) => ({ messageId, fields: false, html: 'none', remoteContent: false }) as const
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  )

describe('the reading thread', () => {
  it.each(['block', 'backtrack'])(
    'the reading thread is ended when a message lets it %s, and handles the next request',
    async (deed) => {
      const limits = { time: 60_000, heap: 64 }
      const reading = threads(scripted, limits)
      // A thread needs some time to start on a busy machine. This test is about a message that blocks the thread.
      await reading.link('answer', '1')
      limits.time = 1_500
      let ticks = 0
      const timer = setInterval(() => {
        ticks += 1
      }, 10)
      const failure = await failureOf(reading.view(question(deed)))
      clearInterval(timer)
      expect(failure).toBeInstanceOf(ProblemError)
      expect(failure).toMatchObject({ code: 'attachment-unreadable', message: 'Reading the message took too long.' })
      // The request's thread was idle all the time.
      expect(ticks).toBeGreaterThan(10)
      limits.time = 60_000
      expect(await reading.link('answer', '1')).toBe('https://example.org/answer/1')
    },
  )

  it('the reading thread is ended when a message needs too much memory, and handles the next request', async () => {
    const reading = threads()
    expect(await failureOf(reading.link('hoard', '1'))).toMatchObject({
      code: 'attachment-unreadable',
      message: 'Reading the message took too much memory.',
    })
    expect(await reading.view(question('answer'))).toMatchObject({ messageId: 'answer', attachments: [] })
  })

  it('the reading thread reports a problem and is reused', async () => {
    const reading = threads()
    const before = await reading.view(question('answer'))
    const failure = await failureOf(reading.view(question('refuse')))
    expect(failure).toBeInstanceOf(ProblemError)
    expect(failure).toMatchObject({ code: 'raw-mail-expired', message: 'It has been removed since.' })
    expect(await reading.view(question('answer'))).toEqual(before)
  })

  it('the reading thread reports a defect without its message', async () => {
    const failure = await failureOf(threads().view(question('stumble')))
    expect(safeFieldsOf(failure)).toMatchObject({
      name: 'TypeError',
      thrownAt: expect.stringContaining('scripted-thread.ts'),
    })
    expect(String(failure)).not.toContain('quotes')
    expect((failure as Error).stack).not.toContain('quotes')
  })

  it.each([
    ['ends itself', scripted, 'end'],
    ['cannot be loaded', new URL('threads/broken-thread.ts', import.meta.url), 'answer'],
  ])('a reading thread that %s causes a defect and never leaves a request waiting', async (_, entry, deed) => {
    const failure = await failureOf(threads(entry).view(question(deed)))
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(ProblemError)
  })

  it('the reading thread handles requests one at a time, and a message that kills the thread fails only its own request', async () => {
    let asked = 0
    const reading = threads(scripted, {
      get time() {
        asked += 1
        return asked === 3 ? 1_500 : 60_000
      },
      heap: 64,
    })
    await reading.link('answer', '1')
    const outcomes = await Promise.allSettled(['linger', 'block', 'answer'].map((deed) => reading.view(question(deed))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})
