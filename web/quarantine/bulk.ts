/** What became of each item so far. */
export interface BulkProgress<T> {
  readonly done: number
  readonly failed: readonly { readonly item: T; readonly thrown: unknown }[]
}

interface BulkOptions<T> {
  readonly onProgress: (progress: BulkProgress<T>) => void
  readonly signal: AbortSignal
}

/**
 * Performs an action for each item, one after another and in the given order. A failure does not stop the others.
 * @returns what became of the items before the signal was aborted
 */
export const forEach = async <T>(
  items: readonly T[],
  action: (item: T) => Promise<unknown>,
  { onProgress, signal }: BulkOptions<T>,
): Promise<BulkProgress<T>> => {
  let progress: BulkProgress<T> = { done: 0, failed: [] }
  for (const item of items) {
    if (signal.aborted) break
    try {
      await action(item)
      progress = { ...progress, done: progress.done + 1 }
    } catch (thrown) {
      progress = { ...progress, failed: [...progress.failed, { item, thrown }] }
    }
    onProgress(progress)
  }
  return progress
}
