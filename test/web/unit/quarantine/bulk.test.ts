import { expect, test } from 'vitest'
import { type BulkProgress, forEach } from '../../../../web/quarantine/bulk.ts'

const run = async (items: string[], stopAfter = Number.POSITIVE_INFINITY) => {
  const seen: string[] = []
  const steps: BulkProgress<string>[] = []
  const stop = new AbortController()
  const result = await forEach(
    items,
    async (item) => {
      seen.push(item)
      if (seen.length === stopAfter) stop.abort()
      if (item === 'bad') throw new Error('refused')
    },
    { onProgress: (progress) => steps.push(progress), signal: stop.signal },
  )
  return { seen, steps, result }
}

test('an action is performed for each item in order, and a failure does not stop the others', async () => {
  const { seen, steps, result } = await run(['one', 'bad', 'two'])
  expect(seen).toEqual(['one', 'bad', 'two'])
  expect(steps.map(({ done, failed }) => [done, failed.length])).toEqual([
    [1, 0],
    [1, 1],
    [2, 1],
  ])
  expect(result.failed).toEqual([{ item: 'bad', thrown: new Error('refused') }])
})

test('nothing further is changed after the person stops it', async () => {
  const { seen, result } = await run(['one', 'two', 'three'], 2)
  expect(seen).toEqual(['one', 'two'])
  expect(result.done).toBe(2)
})
