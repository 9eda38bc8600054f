import { describe, expect, it } from 'vitest'
import { exploreAtRandom, exploreOnce } from './explore.ts'

const kinds = ['key', 'message-id', 'lookup', 'none'] as const

interface Size {
  readonly runs: number
  readonly seed: number
  /** The messages of the runs with a single fault. */
  readonly messages: number
}

/** Two minutes are too short for the nightly size. */
const mostMs = 60 * 60_000

/**
 * Describes hand-over as a model: the real code of planning, delivering and sweeping over tables in memory, which an
 * explorer interrupts before each call. To repeat a failure, pass the seed that it prints.
 */
export const describeModel = ({ runs, seed, messages }: Size): void => {
  describe('hand-over as a model', () => {
    it(
      `keeps its promises in ${runs} random runs with crashes, failures, lost and doubled wakes, and people`,
      async () => {
        for (let number = 0; number < runs; number += 1) {
          const { violations } = await exploreAtRandom(seed + number)
          if (violations.length === 0) continue
          const trace: string[] = []
          await exploreAtRandom(seed + number, trace)
          expect.fail(`seed ${seed + number}: ${[...violations, ...trace].join('\n').replaceAll(/0{20,}/g, '')}`)
        }
      },
      mostMs,
    )

    it.each(kinds)(
      'keeps its promises after any single crash or failed call (receiver: %s)',
      async (idempotency) => {
        for (const pull of [false, true]) {
          const options = { idempotency, doubt: 'repeat', pull, conversations: 2, messages } as const
          const calm = await exploreOnce(options)
          expect(calm.violations).toEqual([])
          for (const kind of ['crash', 'fails', 'fails-after'] as const)
            for (let step = 1; step <= calm.steps; step += 1) {
              const { violations } = await exploreOnce(options, { step, kind })
              if (violations.length > 0) expect.fail(`${kind} at step ${step}, pull ${pull}: ${violations.join('\n')}`)
            }
        }
      },
      mostMs,
    )
  })
}
