import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnCli } from '../cli/run-cli.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { takesTokensOf } from '../mail-server/token-faults.ts'
import { consentInBrowser } from '../oauth2-server/browser/consent.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { startStack, type TestStack } from '../support/stack.ts'

const desk = { email: 'desk@example.com', password: 'desk’s own password' }
const other = { email: 'other@example.com', password: 'other’s own password' }
const folder = mkdtempSync(join(tmpdir(), 'postmaster-command-line-'))
const caFile = join(folder, 'ca.pem')

let server: OAuth2Server
let mail: MailServer
let stack: TestStack
beforeAll(async () => {
  await assembly()
  server = await startOAuth2Server({ users: [desk, other] })
  mail = await startMailServer({
    users: [desk, other].map(({ email }) => ({ name: email, password: 'not used' })),
    quirks: { tokenMechanisms: ['XOAUTH2'] },
    faults: [takesTokensOf(server)],
  })
  writeFileSync(caFile, mail.caPem)
  stack = await startStack({ servers: [mail], parameters: { AllowClearTextOnLoopback: 'true' } })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await mail?.stop()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Options = Parameters<typeof spawnCli>[1]
const run = (args: readonly string[], options: Options = {}) =>
  spawnCli(args, {
    ...options,
    env: { POSTMASTER_URL: stack.local.apiUrl, POSTMASTER_TOKEN_FILE: join(stack.local.dataFolder, 'token') },
  })
/** The output of a successful command. */
const said = async (args: readonly string[], options: Options = {}): Promise<string> => {
  const { code, out, err } = await run(args, options)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  return out
}
const found = (pattern: RegExp, text: string): string => {
  const [, match] = pattern.exec(text) ?? []
  if (match === undefined) throw new Error(`no ${pattern} in ${text}`)
  return match
}

describe('an admin at the command line', () => {
  it('an admin at the command line sets up a provider, a profile and an account, lets its owner consent, and fetches its mail', {
    timeout: 180_000,
  }, async () => {
    const { clientId, clientSecret } = server.clients.confidential
    const scopes = 'openid email offline_access mail.imap'
    await said([
      ...['oauth2', 'providers', 'add', 'Example login', '--parameter', 'prompt=consent', '--imap-scopes', scopes],
      ...['--sign-in', server.endpoints.authorization, '--tokens', server.endpoints.token],
    ])
    const profile = await said(
      [
        'oauth2',
        'profiles',
        'add',
        'Desk',
        '--provider',
        'example login',
        '--client-id',
        clientId,
        '--client-secret-stdin',
      ],
      { input: `${clientSecret}\n` },
    )
    server.allowRedirect(found(/redirect URI with the provider: (\S+)/, profile))
    const added = await said([
      ...['accounts', 'add', '--profile', 'desk', '--type', 'IMAPS', '--username', desk.email],
      ...['--host', 'localhost', '--port', String(mail.port('IMAPS')), '--ca-file', caFile],
    ])
    const accountId = found(/postmaster oauth2 connect (\S+)/, added)
    const before = await run(['oauth2', 'doctor', accountId])
    expect(before).toMatchObject({ code: 1, err: expect.stringContaining('There is a problem') })
    expect(before.out).toContain(`No consent has been given yet, so the account is not fetched. [consent-missing]
Run \`postmaster oauth2 connect ${accountId}\``)

    mail.user(desk.email).inbox.append('Subject: hello\r\n\r\nText\r\n')
    const { promise: printed, resolve: print } = Promise.withResolvers<string>()
    const { promise: told, resolve: tell } = Promise.withResolvers<void>()
    const waiting = run(['oauth2', 'connect', accountId], {
      onOut: (text) => print(text.trim()),
      onErr: (text) => text.includes('An attempt failed') && tell(),
    })
    const address = await printed
    await consentInBrowser(address, other)
    await told
    await consentInBrowser(address, desk)
    const { code, out, err } = await waiting
    expect(code).toBe(0)
    expect(err).toContain('You signed in as other@example.com, and the mail server did not let other@example.com')
    expect(err).toContain('The link can be used again.')
    expect(out).toContain('Connected: desk@example.com consented on')

    await stack.settled()
    expect(await said(['runs', 'list', '--account', accountId])).toContain('done')
    expect(mail.user(desk.email).inbox.messages).toEqual([])
    const shown = await said(['accounts', 'show', accountId])
    expect(shown).toMatch(/Login\tOAuth2 as desk@example\.com, profile Desk\n/)
    expect(shown).toMatch(/OAuth2\tconnected: Connected: desk@example\.com consented on/)
    mail.user(desk.email).inbox.append('Subject: hello again\r\n\r\nText\r\n')
    expect(await said(['fetch', accountId])).toMatch(/localhost\tdone\t1\t1\t/)
    expect(await said(['oauth2', 'doctor', accountId])).toContain('Everything works')

    server.revokeGrants(desk.email)
    mail.faults = []
    const failed = await run(['fetch', accountId])
    expect(failed.code).toBe(1)
    expect(`${failed.out}${failed.err}`).toContain(`postmaster oauth2 connect ${accountId}`)
    expect(await said(['accounts', 'list'])).toContain('\tgrant-revoked\t')
  })
})
