import { describe, expect, it } from 'vitest'
import { hostileTexts } from './hostile-texts.ts'
import { readers } from './readers.ts'

/** In characters. For the longer text, a quadratic reader takes 64 times as long, and a linear one 8 times. */
export const short = 4 * 1024
export const long = 8 * short
/**
 * In milliseconds of this process's own time. The longer text takes more than this in quadratic time, and less in
 * linear time.
 */
const unsuspicious = 150
/** This factor is far from both 8 and 64, because compilation and garbage collection make measurements vary. */
const mostGrowth = 28

/** In milliseconds of processor time, which does not depend on other programs. */
const processorTime = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage()
  await work()
  return process.cpuUsage(before).user / 1_000
}

const leastTime = async (work: () => unknown): Promise<number> =>
  Math.min(await processorTime(work), await processorTime(work))

/** @returns undefined if the time does not grow faster than the text */
export const growthOf = async (read: (text: string) => unknown, shorter: string, longer: string) => {
  if ((await processorTime(() => read(longer))) < unsuspicious) return undefined
  const [few, many] = [await leastTime(() => read(shorter)), await leastTime(() => read(longer))]
  return many < unsuspicious || many < mostGrowth * few ? undefined : `${few} ms, ${many} ms`
}

/** Measures every reader with every `step`-th hostile text, starting at a different text for each reader. */
export const measureReaders = (step: number): void => {
  describe('the reading time of hostile texts', () => {
    it.each(Object.entries(readers).map(([name, read], index) => [name, read, index % step] as const))(
      '%s reads hostile texts in time proportional to their length',
      async (_, read, first) => {
        const shorter = hostileTexts(short)
        const slow: string[] = []
        for (const [index, [name, longer]] of hostileTexts(long).entries()) {
          if (index % step !== first) continue
          const growth = await growthOf(read, shorter[index]?.[1] ?? '', longer)
          if (growth !== undefined) slow.push(`${name}: ${growth}`)
        }
        expect(slow).toEqual([])
      },
    )
  })
}
