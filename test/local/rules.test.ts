import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalEvent, type LocalStack, startLocal } from '../../local/start-local.ts'
import { scheduleExpression } from '../../local/triggers/schedule-expression.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'

const next = (expression: string, after: string): string | undefined => {
  const found = scheduleExpression(expression, 'A rule')(Date.parse(after))
  return found === undefined ? undefined : new Date(found).toISOString().slice(0, 16)
}

describe('a schedule expression', () => {
  it.each([
    ['rate(10 minutes)', '2026-11-22T17:02:05Z', '2026-11-22T17:10'],
    ['rate(10 minutes)', '2026-11-22T17:10:00Z', '2026-11-22T17:20'],
    ['rate(1 hour)', '2026-11-22T23:59:59Z', '2026-11-23T00:00'],
    ['cron(30 2 * * ? *)', '2026-11-22T02:30:00Z', '2026-11-23T02:30'],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-11-20T17:45:00Z', '2026-11-23T08:00'],
    ['cron(0 0 1 1,7 ? *)', '2026-11-22T00:00:00Z', '2027-01-01T00:00'],
    ['cron(0 12 29 FEB ? *)', '2026-11-22T00:00:00Z', '2028-02-29T12:00'],
    ['cron(0 12 ? * 1 *)', '2026-11-22T12:00:00Z', '2026-11-29T12:00'],
  ])('the schedule expression %s after %s fires at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected)
  })

  it('a schedule expression without a matching date never fires', () => {
    expect(next('cron(0 12 31 FEB ? *)', '2026-11-22T00:00:00Z')).toBeUndefined()
    expect(next('cron(0 12 1 1 ? 2020)', '2026-11-22T00:00:00Z')).toBeUndefined()
  })

  it.each([
    'rate(0 minutes)',
    'rate(ten minutes)',
    'cron(* * *)',
    'at(2026-11-22T00:00:00)',
    'cron(60 0 * * ? *)',
    'cron(0 0 L * ? *)',
    'cron(0 0 ? * 2#1 *)',
  ])('the schedule expression %s is refused', (expression) => {
    expect(() => next(expression, '2026-11-22T00:00:00Z')).toThrow(/which.* the local run (does not support|supports)/)
  })
})

describe('a rule of the local run', () => {
  let local: LocalStack
  const events: LocalEvent[] = []
  beforeAll(async () => {
    local = await startLocal({ assembly: fixtureStacks, onEvent: (event) => events.push(event) })
  })
  afterAll(() => local.stop())

  it("a rule that is fired on demand passes EventBridge's event for the given time", async () => {
    const [outcome] = await local.fireRule('TickRule', { time: new Date('2026-11-22T17:00:00.123Z') })
    expect(outcome).toEqual({
      status: 'ok',
      payload: {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2026-11-22T17:00:00Z',
        region: 'us-east-1',
        resources: ['arn:aws:events:us-east-1:000000000000:rule/Runner-local-TickRule'],
        detail: {},
      },
    })
    expect(events).toContainEqual({ type: 'rule-fired', rule: 'TickRule', time: '2026-11-22T17:00:00Z' })
  })

  it('a rule with its own input passes that input', async () => {
    expect(await local.fireRule('Daily')).toEqual([{ status: 'ok', payload: { daily: true } }])
  })

  it('firing a rule that does not exist, or an ambiguous name, fails with a message', async () => {
    await expect(local.fireRule('Hourly')).rejects.toThrow('No rule matches Hourly. Available: TickRule, DailyRule.')
    await expect(local.fireRule('Rule')).rejects.toThrow('More than one rule matches Rule')
  })
})
