/** The same items, until the signal fires: then it throws the signal's reason at once, even while the source keeps silent. */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  // Nobody waits for it between two items.
  aborted.promise.catch(() => undefined)
  let done = false
  try {
    signal.throwIfAborted()
    while (true) {
      const next = await Promise.race([iterator.next(), aborted.promise])
      if (next.done) {
        done = true
        return
      }
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    // Not awaited: a source that hangs would never answer. What it still has to say about its end, nobody wants to hear.
    if (!done) iterator.return?.()?.catch(() => undefined)
  }
}
