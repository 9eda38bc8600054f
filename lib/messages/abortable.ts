/**
 * The same items, until the signal fires: then it throws the signal's reason at once, even while the source is silent.
 *
 * Each wait has a promise of its own. A race against one promise that lasts for the whole stream would keep every item
 * reachable until the end, because that promise holds on to the outcome of each race.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let done = false
  try {
    while (true) {
      signal.throwIfAborted()
      const next = await unlessAborted(iterator.next(), signal)
      if (next.done) {
        done = true
        return
      }
      yield next.value
    }
  } finally {
    // The end of the source is not awaited, because a source that hangs never answers, and its errors concern no reader.
    if (!done) iterator.return?.()?.catch(() => undefined)
  }
}

const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  return promise
}
