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

describe('abortable', () => {
  it('abortable passes every item through', async () => {
    expect(await read(items(), new AbortController().signal)).toEqual([1, 2, 3])
  })

  it('abortable throws the signal’s reason while its source is silent, and ends the source', async () => {
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

  it('abortable requests nothing from the source after the signal has aborted between two items', async () => {
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

  it('abortable throws the errors of its source', async () => {
    const broken = new Error('the line broke')
    const source = (async function* () {
      yield 1
      throw broken
    })()
    await expect(read(source, new AbortController().signal)).rejects.toBe(broken)
  })

  it('abortable ends its source if the reader stops early', async () => {
    const ended = Promise.withResolvers<void>()
    for await (const item of abortable(items(ended.resolve), new AbortController().signal)) {
      expect(item).toBe(1)
      break
    }
    await ended.promise
  })

  it('abortable leaves no listener on a signal that outlives it', async () => {
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

  it('abortable retains none of the 512 MiB that pass through it', async () => {
    const script = fileURLToPath(new URL('./pass-many-chunks.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script])
    const { atRest, peak } = z.object({ atRest: z.number(), peak: z.number() }).parse(JSON.parse(stdout))
    // The garbage collector lets about 64 MiB of buffers accumulate before it frees them.
    expect(peak - atRest).toBeLessThan(200)
  })
})
