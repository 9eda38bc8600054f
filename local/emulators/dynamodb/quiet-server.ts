import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * dynalite continues to read its store for a moment after it has responded. The server counts checks instead of time,
 * because on a busy machine a request can take longer to arrive than any fixed time.
 */
const quietLooks = 10
const betweenLooksMs = 5
/** A stuck caller must not keep the run from ending. */
const longestMs = 5_000

/**
 * Tracks the requests of a dynalite server. If the store is closed while dynalite still reads from it, dynalite throws
 * an error outside of any request, which would end the process.
 * @returns a function that waits until no request has been in progress for a moment, within a time limit
 */
export const quietServer = (server: Server): (() => Promise<void>) => {
  let underWay = 0
  let quiet = 0
  server.on('request', (_request, response) => {
    underWay += 1
    quiet = 0
    response.once('close', () => {
      underWay -= 1
      quiet = 0
    })
  })
  return async () => {
    const until = Date.now() + longestMs
    for (quiet = 0; quiet < quietLooks && Date.now() < until; ) {
      await sleep(betweenLooksMs)
      if (underWay === 0) quiet += 1
    }
  }
}
