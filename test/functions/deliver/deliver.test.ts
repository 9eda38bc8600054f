import type { SQSEvent } from 'aws-lambda'
import { beforeEach, describe, expect, it } from 'vitest'
import { deliverHandler } from '../../../functions/deliver/handler.ts'
import {
  type DeliveringWorld,
  deliveringWorld,
  mail,
  outcomeOf,
} from '../../lib/handover/delivering/delivering-world.ts'
import { memoryLog } from '../../support/http-event.ts'

let desk: DeliveringWorld
beforeEach(() => {
  desk = deliveringWorld()
})

const invoke = async (...bodies: string[]) => {
  const log = memoryLog()
  const metrics: string[] = []
  const keep = (name: string, value: number, dimensions = {}) =>
    void metrics.push(`${name} ${value} ${JSON.stringify(dimensions)}`)
  const handler = deliverHandler({ services: desk.services, log, metrics: { count: keep, time: keep } })
  const answer = await handler({
    Records: bodies.map((body, index) => ({ messageId: `sqs-${index}`, body })),
  } as SQSEvent)
  return { answer, metrics, lines: log.lines.map((line) => JSON.parse(line)) }
}
const acknowledged = { batchItemFailures: [] }
const wakeOf = async (name: string) => {
  const [delivery] = await desk.plan(mail(name))
  return JSON.stringify(delivery && desk.wakeOf(delivery))
}

describe('the deliver function', () => {
  it('the deliver function works on the lane and reports the attempt with and without the destination', async () => {
    const { answer, metrics, lines } = await invoke(await wakeOf('one'))
    expect(answer).toEqual(acknowledged)
    expect(desk.rowOf(mail('one')).state).toBe('delivered')
    expect(metrics).toEqual([
      'AttemptsDelivered 1 {}',
      'DeliveryAttempt 0 {}',
      'AttemptsDelivered 1 {"destination":"desk"}',
      'DeliveryAttempt 0 {"destination":"desk"}',
    ])
    expect(lines).toEqual([
      expect.objectContaining({ message: 'delivery attempt', state: 'delivered', code: 'accepted', bytes: 2_048 }),
    ])
  })

  it.each([
    ['temporary', 'AttemptsTemporary'],
    ['permanent', 'AttemptsPermanent'],
    ['in-doubt', 'AttemptsInDoubt'],
  ] as const)('the deliver function counts the outcome %s', async (result, metric) => {
    desk.world.outcomes = [outcomeOf({ result, detail: 'secret answer' })]
    const { metrics, lines } = await invoke(await wakeOf('one'))
    expect(metrics).toContain(`${metric} 1 {}`)
    expect(JSON.stringify(lines)).not.toContain('secret answer')
  })

  it.each([
    ['no JSON', 'secret {'],
    ['not a wake', '{"lane":"secret"}'],
    ['empty', ''],
  ])('the deliver function drops a body that is %s and logs only its SQS ID', async (_title, body) => {
    const { answer, lines } = await invoke(body)
    expect(answer).toEqual(acknowledged)
    expect(lines).toEqual([{ level: 'error', message: expect.any(String), sqsMessageId: 'sqs-0' }])
  })

  it('the deliver function acknowledges a wake whose lane fails unexpectedly, and continues', async () => {
    const [first, second] = [await wakeOf('one'), await wakeOf('two')]
    const { head } = desk.services.lanes
    let failed = false
    desk.services.lanes.head = async (lane) => {
      if (failed) return await head(lane)
      failed = true
      throw new Error('secret row')
    }
    const { answer, metrics, lines } = await invoke(first, second)
    expect(answer).toEqual(acknowledged)
    expect(metrics).toContain('LanesFailed 1 {}')
    expect(JSON.stringify(lines)).not.toContain('secret row')
    expect(desk.rowOf(mail('two')).state).toBe('delivered')
  })

  it('the deliver function logs an adapter’s error without its text', async () => {
    desk.world.outcomes = [new Error('secret answer')]
    const { lines } = await invoke(await wakeOf('one'))
    expect(lines[0]).toMatchObject({ level: 'error', message: 'an adapter failed', name: 'Error' })
    expect(JSON.stringify(lines)).not.toContain('secret answer')
  })
})
