import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OAuth2Server } from '../oauth2-server/server.ts'
import { type CliResult, spawnCli } from './run-cli.ts'

/** A token file in its own folder, and a `postmaster login` that writes to it. */
export const loginFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-login-'))
  const tokenFile = join(folder, 'token')
  const sessionFile = `${tokenFile}.session`
  const session = () => JSON.parse(readFileSync(sessionFile, 'utf8'))
  return {
    tokenFile,
    token: () => readFileSync(tokenFile, 'utf8').trim(),
    session,
    /** Makes the next command treat the token as expired. */
    expire: () => writeFileSync(sessionFile, JSON.stringify({ ...session(), expiresAt: Date.now() })),
    /** Starts the command as a shell does. `browse` opens the link that it prints. */
    login: async (server: OAuth2Server, browse: (url: string) => Promise<unknown>, ...more: string[]) => {
      let browsing: Promise<unknown> | undefined
      // Use any free port, because tests run in parallel.
      const issuer = ['--issuer', server.issuer, '--client-id', server.clients.public.clientId, '--port', '0']
      const result: CliResult = await spawnCli(['--token-file', tokenFile, 'login', ...issuer, ...more], {
        onErr: (text) => {
          const [url] = new RegExp(`${server.endpoints.authorization}\\S+`).exec(text) ?? []
          if (url !== undefined) browsing = browse(url)
        },
      })
      return { ...result, page: await browsing }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
