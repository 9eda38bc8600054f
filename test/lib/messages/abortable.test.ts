import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { abortable } from '../../../lib/messages/abortable.ts'

const items = async function* (ended: () => void = () => undefined) {
  try {
    yield* [1, 2, 3]
  } finally {
    ended()
  }
}

const silent = (ended: () => void): AsyncIterable<number> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise(() => undefined),
    return: async () => {
      ended()
      return { done: true, value: undefined }
    },
  }),
})

const read = async (source: AsyncIterable<number>, signal: AbortSignal): Promise<number[]> => {
  const seen: number[] = []
  for await (const item of abortable(source, signal)) seen.push(item)
  return seen
}

describe('a stream that can be aborted', () => {
  it('passes every item on', async () => {
    expect(await read(items(), new AbortController().signal)).toEqual([1, 2, 3])
  })

  it('throws the reason of the signal while its source is silent, and ends the source', async () => {
    const controller = new AbortController()
    let ended = false
    const reading = read(
      silent(() => {
        ended = true
      }),
      controller.signal,
    )
    const reason = new Error('the time is up')
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(ended).toBe(true)
  })

  it('asks the source for nothing after the signal has fired between two items', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const reason = new Error('the time is up')
    const reading = (async () => {
      for await (const item of abortable(items(), controller.signal)) {
        seen.push(item)
        controller.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
    expect(seen).toEqual([1])
  })

  it('throws what its source throws', async () => {
    const broken = new Error('the line broke')
    const source = (async function* () {
      yield 1
      throw broken
    })()
    await expect(read(source, new AbortController().signal)).rejects.toBe(broken)
  })

  it('ends its source if the reader stops early', async () => {
    const ended = Promise.withResolvers<void>()
    for await (const item of abortable(items(ended.resolve), new AbortController().signal)) {
      expect(item).toBe(1)
      break
    }
    await ended.promise
  })

  it('leaves no listener on a signal that outlives it', async () => {
    let listeners = 0
    const signal = new AbortController().signal
    const counting = new Proxy(signal, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target)
        if (name === 'addEventListener') listeners += 1
        if (name === 'removeEventListener') listeners -= 1
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await read(items(), counting)
    expect(listeners).toBe(0)
  })

  it('holds none of 512 MiB that pass through it', async () => {
    const script = fileURLToPath(new URL('./pass-many-chunks.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script])
    const { atRest, peak } = z.object({ atRest: z.number(), peak: z.number() }).parse(JSON.parse(stdout))
    // The garbage collector lets buffers of some 64 MiB pile up before it frees them.
    expect(peak - atRest).toBeLessThan(200)
  })
})
