import { describe, expect, it } from 'vitest'
import { StorePool } from '../../../../lib/fetching/storing/store-pool.ts'

/** Stores that end when the test ends them. */
const stores = () => {
  const started: string[] = []
  const open = new Map<string, PromiseWithResolvers<void>>()
  return {
    started,
    task: (name: string) => () => {
      started.push(name)
      const store = Promise.withResolvers<void>()
      open.set(name, store)
      return store.promise
    },
    end: (name: string) => open.get(name)?.resolve(),
    fail: (name: string, error: Error) => open.get(name)?.reject(error),
  }
}

/** Waits until all pending callbacks have run. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

const errorOf = (work: Promise<void>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the store pool', () => {
  it.each([
    ['the maximum number of stores', new StorePool(2, 1_000), [1, 1]],
    ['exactly the maximum number of bytes', new StorePool(10, 100), [60, 40]],
  ] as const)('the store pool holds %s and starts the next store when one ends', async (_, pool, [first, second]) => {
    const { started, task, end } = stores()
    await pool.add(first, task('a'))
    await pool.add(second, task('b'))
    const third = pool.add(1, task('c'))
    await settled()
    expect(started).toEqual(['a', 'b'])
    end('b')
    await third
    expect(started).toEqual(['a', 'b', 'c'])
  })

  it('the store pool runs a store that exceeds its capacity alone', async () => {
    const pool = new StorePool(10, 100)
    const { started, task, end } = stores()
    await pool.add(1, task('small'))
    const large = pool.add(500, task('large'))
    await settled()
    expect(started).toEqual(['small'])
    end('small')
    await large
    const next = pool.add(1, task('next'))
    await settled()
    expect(started).toEqual(['small', 'large'])
    end('large')
    await next
    expect(started).toEqual(['small', 'large', 'next'])
  })

  it('the store pool throws a failure once, from the next `add`, and does not start that task', async () => {
    const pool = new StorePool(10, 100)
    const { started, task, fail, end } = stores()
    const broken = new Error('the bucket is down')
    await pool.add(1, task('a'))
    await pool.add(1, task('b'))
    fail('a', broken)
    await settled()
    expect(await errorOf(pool.add(1, task('c')))).toBe(broken)
    expect(started).toEqual(['a', 'b'])
    end('b')
    expect(await errorOf(pool.drain())).toBeUndefined()
  })

  it('the store pool throws the first of several failures from `drain` after all stores have ended', async () => {
    const pool = new StorePool(10, 100)
    const { task, fail, end } = stores()
    const first = new Error('first')
    for (const name of ['a', 'b', 'c']) await pool.add(1, task(name))
    let drained = false
    const draining = errorOf(pool.drain()).finally(() => {
      drained = true
    })
    fail('b', first)
    fail('a', new Error('second'))
    await settled()
    expect(drained).toBe(false)
    end('c')
    expect(await draining).toBe(first)
    expect(await errorOf(pool.drain())).toBeUndefined()
  })

  it('the store pool frees the capacity of a failed store', async () => {
    const pool = new StorePool(1, 100)
    const { started, task, fail } = stores()
    await pool.add(100, task('a'))
    fail('a', new Error('down'))
    await settled()
    await errorOf(pool.drain())
    await pool.add(100, task('b'))
    expect(started).toEqual(['a', 'b'])
  })

  it('the store pool’s `idle` waits without throwing the failure', async () => {
    const pool = new StorePool(10, 100)
    const { task, fail } = stores()
    await pool.add(1, task('a'))
    fail('a', new Error('down'))
    expect(await errorOf(pool.idle())).toBeUndefined()
  })
})
