import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * dynalite reads on in its store for a moment after it has answered. Looks are counted instead of time, because a busy
 * machine can take longer than any moment to let a request arrive.
 */
const quietLooks = 10
const betweenLooksMs = 5
/** A caller that is stuck must not keep the run from ending. */
const longestMs = 5_000

/**
 * Follows the requests of a dynalite server from now on. dynalite throws an error out of all requests when its store is
 * closed while it still reads there, which would end the process.
 *
 * @returns waits until no request has been under way for a moment, but not for long
 */
export function quietServer(server: Server): () => Promise<void> {
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
