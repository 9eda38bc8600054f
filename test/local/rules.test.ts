import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalEvent, type LocalStack, startLocal } from '../../local/start-local.ts'
import { nextTick, periodOf } from '../../local/triggers/rules.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'

describe('a schedule expression', () => {
  it.each([
    ['rate(10 minutes)', '2026-11-22T17:02:05Z', '2026-11-22T17:10'],
    ['rate(10 minutes)', '2026-11-22T17:10:00Z', '2026-11-22T17:20'],
    ['rate(1 hour)', '2026-11-22T23:59:59Z', '2026-11-23T00:00'],
  ])('the schedule expression %s after %s fires at %s', (expression, after, expected) => {
    const next = nextTick(periodOf(expression, 'A rule'), Date.parse(after))
    expect(new Date(next).toISOString().slice(0, 16)).toBe(expected)
  })

  it.each(['rate(0 minutes)', 'rate(ten minutes)', 'cron(0 12 * * ? *)', 'at(2026-11-22T00:00:00)'])(
    'the schedule expression %s is refused with the remedy',
    (expression) => {
      expect(() => periodOf(expression, 'A rule')).toThrow(
        `A rule has the schedule ${expression}, but the local run supports only rate(…). Use a rate in the template,`,
      )
    },
  )
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
