import { describe, expect, test } from 'vitest'
import { RowCache } from '../../../lib/dispatching/queue-directory.ts'
import type { Table } from '../../../lib/tables/table.ts'

const over = (getMany: (keys: string[]) => Promise<object[]>, capacity?: number) =>
  new RowCache({ getMany } as unknown as Table, () => new Date(0), capacity)

describe('RowCache', () => {
  test('RowCache never exceeds its capacity and drops the rows that were read longest ago', async () => {
    const reads: string[][] = []
    const cache = over(async (keys) => {
      reads.push(keys)
      return keys.map((key) => ({ key }))
    }, 3)
    await cache.getMany(['a', 'b', 'c'])
    await cache.getMany(['d'])
    await cache.getMany(['b', 'c', 'd'])
    await cache.getMany(['a'])
    expect(reads).toEqual([['a', 'b', 'c'], ['d'], ['a']])
  })

  test('RowCache returns a batch larger than its capacity in full', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
    const cache = over(async (asked) => asked.map((key) => ({ key })), 3)
    expect([...(await cache.getMany(keys)).keys()]).toEqual(keys)
  })

  test('RowCache reads keys that are requested in the same turn together', async () => {
    const reads: string[][] = []
    const cache = over(async (keys) => {
      reads.push(keys)
      return keys.map((key) => ({ key }))
    })
    await Promise.all([cache.getMany(['a', 'b']), cache.getMany(['b', 'c'])])
    await cache.get('d')
    expect(reads).toEqual([['a', 'b', 'c'], ['d']])
  })

  test('RowCache reads keys that are requested during a read together, as soon as it has ended', async () => {
    const reads: string[][] = []
    const waiting: (() => void)[] = []
    const cache = over(async (keys) => {
      reads.push(keys)
      await new Promise<void>((resolve) => waiting.push(resolve))
      if (keys.includes('a')) throw new Error('throttled')
      return keys.map((key) => ({ key }))
    })
    const first = cache.get('a')
    await new Promise((resolve) => setImmediate(resolve))
    const others = ['b', 'c'].map((key) => cache.get(key))
    await new Promise((resolve) => setImmediate(resolve))
    others.push(cache.get('d'))
    expect(reads).toEqual([['a']])
    waiting.shift()?.()
    await expect(first).rejects.toThrow('throttled')
    await new Promise((resolve) => setImmediate(resolve))
    waiting.shift()?.()
    expect(await Promise.all(others)).toEqual([{ key: 'b' }, { key: 'c' }, { key: 'd' }])
    expect(reads).toEqual([['a'], ['b', 'c', 'd']])
  })

  test('RowCache: a failed read fails for all waiting callers, and the next caller retries it', async () => {
    let attempts = 0
    const cache = over(async (keys) => {
      attempts += 1
      if (attempts === 1) throw new Error('throttled')
      return keys.map((key) => ({ key }))
    })
    const both = await Promise.allSettled([cache.get('a'), cache.get('a')])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await cache.get('a')).toEqual({ key: 'a' })
    expect(attempts).toBe(2)
  })
})
