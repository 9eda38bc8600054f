import { describe, expect, it } from 'vitest'
import { type Plan, period, type Session, simulateSchedule } from './simulated-schedule.ts'

const second = 1_000
const ticks = 40
/** The phases where rounding down to a multiple of the period does the most harm, and phases in between. */
const phases = [0, 1, 999, -1, -1_000, 2_500, 300_000, 417_000, 599_000]
const jitters: Readonly<Record<string, (tick: number) => number>> = {
  'without jitter': () => 0,
  'with a second of jitter': (tick) => [0, second, -second, second, -second][tick % 5] ?? 0,
  'with several seconds of jitter': (tick) => (((tick * 7_919) % 13) - 6) * second,
  'with a minute of jitter': (tick) => (((tick * 104_729) % 121) - 60) * second,
}

/** Counts the sessions between each tick and the next one. */
const sessionsPerTick = ({ sessions, ticks: times }: { sessions: Session[]; ticks: number[] }): number[] =>
  times.map((time, tick) => {
    const next = times[tick + 1] ?? Number.POSITIVE_INFINITY
    return sessions.filter(({ start }) => start >= time && start < next).length
  })
const everyTickOnce = Array.from({ length: ticks }, () => 1)
const simulated = async (plan: Partial<Plan> & { readonly phase: number }) => await simulateSchedule({ ticks, ...plan })

describe.each(Object.entries(jitters))('a schedule rule %s', (_, jitter) => {
  const delivery = (tick: number) => ({ jitter: jitter(tick) })

  it.each(phases)('a rule with a phase of %i ms neither skips nor duplicates a tick', async (phase) => {
    expect(sessionsPerTick(await simulated({ phase, delivery }))).toEqual(everyTickOnce)
  })

  it.each(phases)('a rule at phase %i ms ignores repeated deliveries, both immediate and late', async (phase) => {
    const delays = [
      [300],
      [300, 900],
      [300, 90 * second],
      [300, 330 * second, 400 * second],
      [20 * second, 21 * second],
    ]
    const plan = {
      phase,
      delivery: (tick: number) => ({ jitter: jitter(tick), delays: delays[tick % delays.length] ?? [] }),
    }
    expect(sessionsPerTick(await simulated(plan))).toEqual(everyTickOnce)
  })

  it.each(phases)('a failing account at phase %i ms backs off by whole ticks', async (phase) => {
    const counts = sessionsPerTick(await simulated({ phase, delivery, fails: () => true }))
    const fetched = counts.flatMap((count, tick) => (count > 0 ? [tick] : []))
    expect(fetched).toEqual([0, 1, 2, 4, 7, 13, 19, 25, 31, 37])
    expect(Math.max(...counts)).toBe(1)
  })

  it.each(phases)('an account at phase %i ms keeps its cadence despite requested runs', async (phase) => {
    const requests = [3.2, 5.5, 9.99, 14.01, 20.7].map((periods) => Math.max(0, phase) + periods * period)
    const run = await simulated({ phase, delivery, requests })
    const scheduled = { ...run, sessions: run.sessions.filter(({ slot }) => slot !== undefined) }
    expect(run.sessions).toHaveLength(ticks + requests.length)
    expect(sessionsPerTick(scheduled)).toEqual(everyTickOnce)
  })
})

describe('a rule whose events arrive late', () => {
  it.each(phases)('a late event at phase %i ms costs no tick if it is delivered within its period', async (phase) => {
    const delivery = (tick: number) => ({
      delays: [[300], [280 * second], [590 * second], [2 * second]][tick % 4] ?? [],
    })
    expect((await simulated({ phase, delivery })).sessions).toHaveLength(ticks)
  })

  it.each(phases)('a tick at phase %i ms that the next one overtakes leads to one fetch', async (phase) => {
    const delivery = (tick: number) => ({ delays: [tick % 4 === 1 ? 620 * second : 300] })
    const { sessions } = await simulated({ phase, delivery })
    expect(sessions).toHaveLength(ticks - ticks / 4)
    expect(new Set(sessions.map(({ slot }) => slot)).size).toBe(sessions.length)
  })
})

describe('functions whose clocks differ from the events’ clock', () => {
  it.each([-30, -3, 3, 30].flatMap((dispatch) => [-30, -3, 3, 30].map((fetch) => [dispatch, fetch] as const)))(
    'clocks that differ by %i s in dispatch and %i s in fetch neither skip nor duplicate a tick',
    async (dispatch, fetch) => {
      const skew = { dispatch: dispatch * second, fetch: fetch * second }
      const delivery = (tick: number) => ({ delays: tick % 3 === 0 ? [300, 70 * second, 310 * second] : [300] })
      for (const phase of [0, -1_000, 417_000])
        expect(sessionsPerTick(await simulated({ phase, delivery, skew }))).toEqual(everyTickOnce)
    },
  )
})

describe('a mailbox whose fetch takes longer than a period', () => {
  it.each(phases)(
    'a slow mailbox at phase %i ms has one session at a time, and the next one starts at once',
    async (phase) => {
      const { sessions } = await simulated({ phase, runTime: () => 1.5 * period })
      for (const [index, { start }] of sessions.slice(1).entries()) {
        const before = sessions[index]
        expect(start).toBeGreaterThanOrEqual(before?.end ?? 0)
        expect(start - (before?.end ?? 0)).toBeLessThan(period)
      }
    },
  )

  it.each(phases)('a slow mailbox at phase %i ms returns to every tick once it is fast again', async (phase) => {
    const run = await simulated({ phase, runTime: (session) => (session === 3 ? 2.3 * period : 2 * second) })
    expect(sessionsPerTick(run).slice(8)).toEqual(everyTickOnce.slice(8))
  })

  it('a mailbox whose fetch slightly exceeds a period is fetched without a pause', async () => {
    const { sessions } = await simulated({ phase: 0, runTime: () => period + 5 * second })
    expect(sessions.length).toBeGreaterThanOrEqual(ticks - 2)
  })
})
