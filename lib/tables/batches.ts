/** DynamoDB's limit for one BatchGetItem. */
export const batchGetLimit = 100
/** DynamoDB's limit for one BatchWriteItem. */
export const batchWriteLimit = 25
/**
 * The number of batches in progress at once in one `putMany`. They contain 400 rows, well below the 4,000 writes per
 * second of a new on-demand table.
 */
export const batchWritesUnderWay = 16
/**
 * DynamoDB returns unprocessed keys and rows when a table is throttled. With pauses that double from 50 ms, the retries
 * wait 3 s in total.
 */
export const batchAttempts = 7

/** Waits before another attempt, but not before the first one. */
export const batchPause = async (attempt: number): Promise<void> => {
  if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt))
}
