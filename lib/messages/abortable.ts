/**
 * Yields the items of the source until the signal aborts. It then throws the signal's reason immediately, even if the
 * source is silent.
 *
 * Each wait has its own promise. A race against one promise that lasts for the whole stream would keep every item
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
    // The return of the source is not awaited, because a source that hangs never returns. Its errors do not matter to
    // the reader.
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
