import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type InvocationEnd,
  type LocalEvent,
  type LocalStack,
  type RunningInvocation,
  startLocal,
} from '../../local/start-local.ts'
import { eventually, fixtureStacks } from './support/fixture-assembly.ts'

let local: LocalStack
let events: LocalEvent[] = []
let onInvocation: (running: RunningInvocation) => void = () => undefined
const ends = (): InvocationEnd[] => events.filter((event) => event.type === 'invocation-end')
const workOf = (worker: string) => (job: object) =>
  local.invoke(worker, { Records: [{ messageId: 'm', body: JSON.stringify({ name: 'n', ...job }), attributes: {} }] })
const work = workOf('BatchWorker')
/** Its timeout of a minute leaves a busy machine the time to fill the memory. */
const workPatiently = workOf('PatientWorker')

beforeAll(async () => {
  local = await startLocal({
    assembly: fixtureStacks,
    onEvent: (event) => events.push(event),
    onInvocation: (running) => onInvocation(running),
  })
})
beforeEach(() => {
  events = []
  onInvocation = () => undefined
})
afterAll(() => local.stop())

describe('an invocation of a local function', () => {
  it('an invocation runs in its own process, which is reused when it is idle', async () => {
    const first = await work({})
    const second = await work({})
    expect([first, second].map((one) => one.status === 'ok' && one.payload)).toMatchObject([
      { invocations: 1 },
      { invocations: 2 },
    ])
    expect(events.filter((event) => event.type === 'invocation-start').map((event) => event.coldStart)).toEqual([
      true,
      false,
    ])
    const both = await Promise.all([work({ waitMs: 300 }), work({ waitMs: 300 })])
    expect(new Set(both.map((one) => one.status === 'ok' && (one.payload as { pid: number }).pid)).size).toBe(2)
  })

  it('an invocation that throws reports its error and leaves its process usable', async () => {
    expect(await work({ do: 'throw' })).toEqual({
      status: 'error',
      errorType: 'RangeError',
      message: 'this job is refused',
    })
    expect((await work({})).status).toBe('ok')
    expect(events.filter((event) => event.type === 'invocation-start').every((event) => !event.coldStart)).toBe(true)
  })

  it('an invocation whose process is killed or exits is a crash, and the next one starts a new process', async () => {
    expect(await work({ do: 'crash' })).toMatchObject({
      status: 'crash',
      message: 'Runtime exited with error: signal: killed',
    })
    expect(await work({ do: 'exit' })).toMatchObject({
      status: 'crash',
      message: 'Runtime exited with error: exit status 7',
    })
    expect(await work({})).toMatchObject({ status: 'ok', payload: { invocations: 1 } })
  })

  it("a hook that receives an invocation's event and process can kill it", async () => {
    let pid = 0
    onInvocation = (running) => {
      pid = running.pid
      expect(running.event).toHaveProperty('Records')
      running.kill()
    }
    expect(await work({ waitMs: 5000 })).toMatchObject({ status: 'crash' })
    expect(() => process.kill(pid, 0)).toThrow()
  })

  it('an invocation is killed at its timeout with a message, and its process ends', async () => {
    const outcome = await work({ do: 'hang' })
    expect(outcome).toMatchObject({
      status: 'timeout',
      message: expect.stringMatching(/Task timed out after 2\.00 seconds$/),
    })
    const [end] = ends()
    expect(end?.durationMs).toBeGreaterThan(1900)
    expect(end?.durationMs).toBeLessThan(4000)
    expect(readFileSync(local.logFile('BatchWorker'), 'utf8')).toContain('Task timed out after 2.00 seconds')
  })

  it('an invocation is killed if its process uses more than the declared memory', async () => {
    const outcome = await workPatiently({ do: 'buffers' })
    expect(outcome).toMatchObject({ status: 'out-of-memory', errorType: 'Runtime.OutOfMemory' })
    expect(ends()[0]?.peakBytes).toBeGreaterThan(192 * 1024 * 1024)
    expect((await workPatiently({})).status).toBe('ok')
  })

  it('an invocation that fills the heap is reported as out of memory', async () => {
    expect(await workPatiently({ do: 'heap' })).toMatchObject({ status: 'out-of-memory' })
  })

  it('an invocation reports its own peak memory, not that of the previous invocation', async () => {
    await work({})
    const [end] = ends()
    expect(end?.peakBytes).toBeGreaterThan(10 * 1024 * 1024)
    expect(end?.peakBytes).toBeLessThan(192 * 1024 * 1024)
  })

  describe.skipIf(process.platform === 'win32')('between two invocations', () => {
    const late = (name: string): boolean =>
      events.some((event) => event.type === 'log' && event.line === `late ${name}`)
    const muchLongerThanTheTimer = () => new Promise((resolve) => setTimeout(resolve, 3000))

    it('work that a function does not await is frozen after the answer and goes on during the next invocation', async () => {
      await work({ do: 'leave-timer', name: 'frozen' })
      await muchLongerThanTheTimer()
      expect(late('frozen')).toBe(false)
      await work({ waitMs: 100 })
      await eventually(() => late('frozen'))
      expect(events.filter((event) => event.type === 'invocation-start').map((event) => event.coldStart)).toEqual([
        expect.any(Boolean),
        false,
      ])
    })

    it('a failure of work that a function does not await ends the next invocation', async () => {
      await work({ do: 'leave-rejection' })
      await muchLongerThanTheTimer()
      expect(await work({ waitMs: 1000 })).toMatchObject({
        status: 'crash',
        message: 'Runtime exited with error: exit status 1',
      })
      expect((await work({})).status).toBe('ok')
    })

    it('a process that was frozen for longer than connections stay open answers its next invocation', async () => {
      await work({})
      // Node closes idle connections after five seconds.
      await new Promise((resolve) => setTimeout(resolve, 7000))
      expect(await work({})).toMatchObject({ status: 'ok' })
    })

    it('a frozen process ends with its stack', async () => {
      const stack = await startLocal({ assembly: fixtureStacks, onEvent: (event) => events.push(event) })
      await stack.invoke('BatchWorker', { Records: [] })
      const pid = events.find((event) => event.type === 'invocation-start')?.pid ?? 0
      expect(() => process.kill(pid, 0)).not.toThrow()
      await stack.stop()
      expect(() => process.kill(pid, 0)).toThrow()
    })
  })

  it("the log contains the function's lines and Lambda's own, and only its owner can read it", async () => {
    await work({ name: 'logged' })
    const log = await eventually(() => {
      const text = readFileSync(local.logFile('BatchWorker'), 'utf8')
      return text.includes('begin logged') && text
    })
    expect(log).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/m)
    expect(log).toMatch(/^REPORT RequestId: .*Duration: .*Memory Size: 192 MB.*Max Memory Used: \d+ MB/m)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'log', functionId: 'BatchWorker', line: 'begin logged' }),
    )
  })
})
