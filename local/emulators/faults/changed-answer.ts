import type { ServerResponse } from 'node:http'

/** Ends the connection at the moment at which the emulator would have answered. */
export const loseAnswer = (response: ServerResponse): void => {
  onAnswer(response, () => response.destroy())
}

/** Passes the emulator's answer through `change` before the client receives it. An error remains as it is. */
export const changeAnswer = (response: ServerResponse, change: (body: string) => string): void => {
  onAnswer(response, (status, body, send) => send(status < 300 ? change(body) : body))
}

/**
 * Collects what an emulator writes, and calls `then` when the answer is complete. Emulators write with `writeHead`,
 * `write` and `end`, and set headers before.
 */
const onAnswer = (
  response: ServerResponse,
  then: (status: number, body: string, send: (body: string) => void) => void,
): void => {
  const chunks: Buffer[] = []
  const collect = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  const own = { writeHead: response.writeHead, write: response.write, end: response.end }
  const replace = (changed: object): void => void Object.assign(response, changed)
  replace({
    writeHead: (status: number, ...rest: unknown[]) => {
      response.statusCode = status
      const headers = rest.find((one) => typeof one === 'object' && one !== null) ?? {}
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      return response
    },
    write: (chunk: unknown) => {
      collect(chunk)
      return true
    },
    end: (chunk: unknown) => {
      collect(chunk)
      replace(own)
      then(response.statusCode, Buffer.concat(chunks).toString(), (body) => {
        // The checksum belongs to the answer before the change.
        response.removeHeader('x-amz-crc32')
        response.setHeader('content-length', Buffer.byteLength(body))
        response.end(body)
      })
      return response
    },
  })
}
