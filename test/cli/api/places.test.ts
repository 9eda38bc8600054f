import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { placeOf, resolveConnection } from '../../../cli/api/connection.ts'
import { Logins } from '../../../cli/api/places/logins.ts'
import { noteRun } from '../../../local/known-run.ts'
import { runCli } from '../run-cli.ts'
import { type Answer, scriptedApi } from '../scripted-api.ts'

const first = 'https://first.example'
const second = 'https://second.example'
const client = { issuer: 'https://login.example', clientId: 'postmaster', kind: 'access' } as const

let config: string
let work: string
beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'postmaster-config-'))
  work = mkdtempSync(join(tmpdir(), 'postmaster-work-'))
  vi.stubEnv('XDG_CONFIG_HOME', config)
  vi.stubEnv('POSTMASTER_URL', undefined)
  vi.stubEnv('POSTMASTER_TOKEN_FILE', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of [config, work]) rmSync(folder, { recursive: true })
})

/** @returns the file with the token */
const logIn = (url: string, token = 'a-token'): string => {
  const logins = new Logins()
  const tokenFile = logins.tokenFileFor(url)
  mkdirSync(join(config, 'postmaster', 'tokens'), { recursive: true })
  writeFileSync(tokenFile, `${token}\n`)
  logins.save(url, { ...client, tokenFile })
  return tokenFile
}

/** Notes a local run of this process. */
const startRun = (port: number) => {
  const note = { apiUrl: `http://127.0.0.1:${port}`, dataFolder: join(work, String(port)) }
  mkdirSync(note.dataFolder)
  writeFileSync(join(note.dataFolder, 'token'), 'local\n')
  noteRun(note, (text) => expect.fail(text))
  return { ...note, tokenFile: join(note.dataFolder, 'token') }
}
const notes = () => readdirSync(join(config, 'postmaster', 'local-runs'))

describe('where a command finds the API', () => {
  it('the option precedes the environment, the environment precedes the login, and the login precedes the local run', () => {
    const { tokenFile: localToken, apiUrl } = startRun(43211)
    expect(placeOf({})).toMatchObject({ url: apiUrl, tokenFile: localToken })
    const loginToken = logIn(first)
    expect(placeOf({})).toMatchObject({ url: first, tokenFile: loginToken })
    vi.stubEnv('POSTMASTER_URL', second)
    vi.stubEnv('POSTMASTER_TOKEN_FILE', '/from/environment')
    expect(placeOf({})).toMatchObject({ url: second, tokenFile: '/from/environment' })
    expect(placeOf({ url: `${first}/`, tokenFile: '/from/option' })).toMatchObject({
      url: first,
      tokenFile: '/from/option',
    })
  })

  it('an address gets only its own token', () => {
    const [firstToken, secondToken] = [logIn(first), logIn(second)]
    const { apiUrl, tokenFile } = startRun(43212)
    expect(placeOf({ url: first })).toMatchObject({ tokenFile: firstToken })
    expect(placeOf({ url: second })).toMatchObject({ tokenFile: secondToken })
    expect(placeOf({ url: apiUrl.replace('127.0.0.1', 'localhost') })).toMatchObject({ tokenFile })
    expect(() => resolveConnection({ url: 'https://third.example' })).toThrow(
      'You are not logged in to https://third.example. Log in with `postmaster login --url https://third.example`',
    )
  })

  it('of several local runs, the one at the usual address is used', () => {
    startRun(43213)
    expect(placeOf({}).url).toBe('http://127.0.0.1:43213')
    const { tokenFile } = startRun(3210)
    expect(placeOf({})).toMatchObject({ url: 'http://127.0.0.1:3210', tokenFile })
  })

  it('the note of a run is private, and the note of a killed run is removed', () => {
    startRun(43214)
    const folder = join(config, 'postmaster', 'local-runs')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, '43214.json')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, '43214.json'), 'utf8')).not.toContain('local\n')
    const pid = 2 ** 22 + 1
    writeFileSync(join(folder, '1.json'), JSON.stringify({ url: 'http://127.0.0.1:1', dataFolder: work, pid }))
    writeFileSync(join(folder, '2.json'), '{"url":')
    expect(placeOf({}).url).toBe('http://127.0.0.1:43214')
    expect(notes()).toEqual(['2.json', '43214.json'])
  })

  it('a run that cannot be noted says so and goes on', () => {
    writeFileSync(join(config, 'postmaster'), 'a file')
    const said: string[] = []
    noteRun({ apiUrl: 'http://127.0.0.1:43215', dataFolder: work }, (text) => said.push(text))
    expect(said.join()).toContain('cannot be written (')
  })

  it('a broken file of logins is reported with the remedy', async () => {
    logIn(first)
    writeFileSync(join(config, 'postmaster', 'logins.json'), '{}')
    const { code, err } = await runCli('accounts', 'list')
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('Delete it, and log in again') })
  })
})

const me: Answer = { body: { name: 'jane@example.com', role: 'admin', deployment: 'Desk' } }
const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s3cret`

describe('postmaster auth and logout', () => {
  it('auth status shows the address, the person, the file and the end of the token, but never the token', async () => {
    await using api = await scriptedApi(() => me)
    const token = jwt(1_900_000_000)
    const tokenFile = logIn(api.url, token)
    logIn(first)
    const { code, out, err } = await runCli('--url', api.url, 'auth', 'status')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      `Address\t${api.url}, from the option --url\nToken\t${tokenFile}\nValid\tuntil 2030-03-17T17:46:40.000Z\nOther logins\t${first}\n` +
        'Signed in\tjane@example.com, admin\nDeployment\tDesk\n',
    )
    expect(api.asked[0]?.authorization).toBe(`Bearer ${token}`)
  })

  it('auth status of an expired token says so, and exits with code 3', async () => {
    await using api = await scriptedApi(() => ({ status: 401, body: {} }))
    logIn(api.url, jwt(1_000_000_000))
    const { code, out, err } = await runCli('auth', 'status')
    expect(code).toBe(3)
    expect(out).toContain('expired at 2001-09-09')
    expect(`${out}${err}`).not.toContain('s3cret')
  })

  it('auth status without a login explains how to get a token', async () => {
    vi.stubEnv('POSTMASTER_URL', first)
    const { code, out, err } = await runCli('auth', 'status')
    expect(code).toBe(2)
    expect(out).toContain(`Address\t${first}, from the environment variable POSTMASTER_URL\nToken\tnone\n`)
    expect(err).toContain(`postmaster login --url ${first}`)
  })

  it('logout removes the tokens and names them', async () => {
    const tokenFile = logIn(first)
    writeFileSync(`${tokenFile}.session`, '{}')
    const { code, out } = await runCli('logout')
    expect({ code, out }).toEqual({
      code: 0,
      out: `Logged out of ${first}. Removed:\n  ${tokenFile}\n  ${tokenFile}.session\n`,
    })
    expect(readdirSync(join(config, 'postmaster', 'tokens'))).toEqual([])
    expect(readdirSync(join(config, 'postmaster'))).toEqual(['tokens'])
    expect(await runCli('logout')).toMatchObject({ code: 1, err: 'You are not logged in to any deployment.\n' })
  })

  it('auth switch chooses another login, also after a logout', async () => {
    logIn(first)
    logIn(second)
    expect((await runCli('auth', 'switch', `${first}/`)).out).toBe(`Commands now use ${first}.\n`)
    expect((await runCli('auth', 'switch', 'https://third.example')).err).toBe(
      `You are not logged in to https://third.example. Your logins: ${first}, ${second}.\n`,
    )
    expect((await runCli('logout')).out).toContain(`Use it with: postmaster auth switch ${second}`)
    expect((await runCli('logout')).err).toBe(`Choose a login with --url: ${second}.\n`)
    expect((await runCli('auth', 'switch', second)).code).toBe(0)
    expect(placeOf({}).url).toBe(second)
  })
})
