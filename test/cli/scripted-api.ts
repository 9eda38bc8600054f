import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CliResult, runCli, runCliAt } from './run-cli.ts'

export interface Asked {
  readonly method: string
  /** Includes the query string. */
  readonly path: string
  readonly body: unknown
  readonly authorization: string | undefined
}

export interface Answer {
  readonly status?: number
  /** A body is sent as JSON. */
  readonly body?: unknown
  /** Sent instead of a body, exactly as it is. */
  readonly text?: string
}

/** An API whose responses the test chooses, and a command line that uses it. */
export const scriptedApi = async (answer: (asked: Asked, count: number) => Answer) => {
  const asked: Asked[] = []
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-scripted-'))
  const tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, 'a-token\n')
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const question: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      body: text === '' ? undefined : JSON.parse(text),
      authorization: request.headers.authorization,
    }
    asked.push(question)
    const { status = 200, body, text: exact } = answer(question, asked.length)
    response.writeHead(status, { 'content-type': 'application/json' }).end(exact ?? JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    asked,
    url,
    folder,
    tokenFile,
    cli: (...args: string[]): Promise<CliResult> => runCli('--url', url, '--token-file', tokenFile, ...args),
    /** Runs a command line as on a terminal of this width. */
    terminal: (columns: number, ...args: string[]): Promise<CliResult> =>
      runCliAt(columns, '--url', url, '--token-file', tokenFile, ...args),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const notFound: Answer = { status: 404, body: { title: 'Not found' } }
