import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the range that Linux uses for outgoing connections and for servers that request port 0: another test could take
 * such a port between the check and the start of a server.
 */
const portRange = { from: 10_000, to: 30_000 }

/** @returns a port for a server that cannot choose one itself */
export const freePort = async (host: string): Promise<number> => {
  for (;;) {
    const port = randomInt(portRange.from, portRange.to)
    const server = createServer().listen(port, host)
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
