import { connect } from 'node:net'

/**
 * Sends these bytes to a port of this machine. Unlike an HTTP client, it can send invalid requests: two Host headers,
 * none, or a whole URL as target. It waits for the end of the connection, or for two seconds of silence after an
 * answer.
 * @returns all received bytes, or '' if the server only closes the connection
 */
export const rawRequest = (port: number, lines: readonly string[], body = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.setTimeout(10_000, () =>
      socket.destroy(received === '' ? new Error(`Port ${port} did not answer ${lines[0]} in 10 seconds.`) : undefined),
    )
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      socket.setTimeout(2_000)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)))
    socket.on('close', () => resolve(received))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  })

export const statusOf = (response: string): number | undefined => {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(response)?.[1]
  return status === undefined ? undefined : Number(status)
}
