import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profileRoutes } from '../../../../functions/oauth2/profile-routes.ts'
import { queueRoutes } from '../../../../functions/queues/queue-routes.ts'
import { httpFunction } from '../../../../functions/shared/http/http-function.ts'
import { startAccountsApi } from '../../../support/accounts-api.ts'
import { callHttp, type RequestSketch, testRoles } from '../../../support/http-event.ts'
import { oauth2SetupOver } from '../../../support/oauth2-setup.ts'
import { queueServicesOver } from '../../../support/queue-services.ts'
import { type CliResult, runCli, spawnCli } from '../../run-cli.ts'

/** The functions for accounts, queues and profiles behind a local HTTP server, and a command line that uses them. */
export const startAccountsWorld = async () => {
  const api = await startAccountsApi()
  const routes = queueRoutes(queueServicesOver(api.tables, api.clock))
  const queues = httpFunction({ roles: testRoles, log: api.log, routes })
  const oauth2 = httpFunction({
    roles: testRoles,
    log: api.log,
    routes: profileRoutes(oauth2SetupOver(api.tables, api.clock)),
  })
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-accounts-file-'))
  const world = {
    api,
    /** The options that lead to this API. */
    connection: [] as readonly string[],
    /** The method and the path of every request other than GET. */
    changes: [] as string[],
    /** Runs before a request is handled. A returned status replaces the response. */
    before: async (_sketch: RequestSketch): Promise<number | undefined> => undefined,
    createQueue: async (name: string, validity = 'valid') => {
      const { status } = await callHttp(queues, { method: 'POST', path: '/queues', body: { name, validity } })
      if (status !== 201) throw new Error(`The request for a queue returned status ${status}`)
    },
    file: (name: string) => join(folder, name),
    write: (name: string, text: string, mode = 0o644): string => {
      writeFileSync(join(folder, name), text, { mode })
      return join(folder, name)
    },
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    cli: (...args: string[]): Promise<CliResult> => runCli(...world.connection, ...args),
    /** Runs a command line in a separate process at a terminal, with these answers. */
    atTerminal: (args: readonly string[], answers: ReadonlyArray<{ after: string; text: string }>) =>
      spawnCli([...world.connection, ...args], { terminal: true, answers }),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await api.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const [, accountId] = /^\/accounts\/(.+)$/.exec(pathname) ?? []
    const ifMatch = request.headers['if-match']
    const sketch: RequestSketch = {
      method: request.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      ...(body !== '' && { body }),
      ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
      ...(accountId !== undefined && { params: { accountId } }),
    }
    if (sketch.method !== 'GET') world.changes.push(`${sketch.method} ${pathname}`)
    const instead = await world.before(sketch)
    if (instead !== undefined) return response.writeHead(instead).end()
    const answer = await (pathname === '/queues'
      ? callHttp(queues, sketch)
      : pathname === '/oauth2/profiles'
        ? callHttp(oauth2, sketch)
        : api.call(sketch))
    return response.writeHead(answer.status, answer.headers).end(answer.body && JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  world.connection = [
    ...['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    ...['--token-file', world.write('token', 'a-token')],
  ]
  return world
}
export type AccountsWorld = Awaited<ReturnType<typeof startAccountsWorld>>
