import type { SecureContextOptions } from 'node:tls'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import type { MailboxSettings } from '../../lib/mailbox/mailbox.ts'
import { MailboxError, mailboxErrorCatalogue } from '../../lib/mailbox/mailbox-error.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { useEndpoint } from '../../lib/oauth2/authorization/endpoint.ts'
import { AuthorizationServerError } from '../../lib/oauth2/authorization/server-answer.ts'
import { type Issued, issueLink } from '../mail-server/certificate-chains.ts'
import { createCertificates } from '../mail-server/certificates.ts'
import { startMailServer } from '../mail-server/server.ts'
import { policyFor } from './imap/imap-wire.ts'
import { failedStep, probe } from './probe/probe-steps.ts'

const types = ['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'] as const satisfies readonly AccountType[]
const user = { name: 'alice', password: 'tr0ub4dor-over-tls-only' }
const names = ['localhost']
/** Allows a server to present a key that is too short. */
const anyKey: SecureContextOptions = { ciphers: 'DEFAULT:@SECLEVEL=0' }
const past = { from: -60, to: -1 }
const future = { from: 1, to: 60 }

/** The server's certificates, its own first, and the account's settings. */
interface Scene {
  readonly shown: readonly Issued[]
  readonly customCa?: readonly Issued[]
  readonly host?: string
  readonly tls?: SecureContextOptions
}

interface Found {
  readonly code: string
  readonly detail: string
  readonly remedy: string
  /** The PEM in the result of the connection test. */
  readonly offered: string | undefined
}

/** Opens the mailbox, tests the connection, and connects to the port as an OAuth2 endpoint. All three must agree. */
const outcome = async (type: AccountType, scene: Scene, offered?: string): Promise<'passed' | Found> => {
  const made = await createCertificates()
  const [own] = scene.shown
  if (own === undefined) throw new Error('a server needs a certificate')
  const valid = { cert: scene.shown.map(({ cert }) => cert).join(''), key: own.key }
  const server = await startMailServer({ users: [user], authority: { ...made, servers: { ...made.servers, valid } } })
  onTestFinished(() => server.stop())
  server.tls = scene.tls ?? {}
  const settings: MailboxSettings = {
    type,
    host: scene.host ?? 'localhost',
    port: server.port(type),
    folder: 'INBOX',
    credential: { method: 'password', username: user.name, password: user.password },
    customCa: offered ?? scene.customCa?.map(({ cert }) => cert).join(''),
  }
  const fetched = await codeOf(async () => {
    const mailbox = await openMailbox(settings, policyFor(settings.port), new AbortController().signal)
    await mailbox.close()
  })
  const endpoint = await codeOf(async () => {
    await useEndpoint(`https://${settings.host}:${server.port('IMAPS')}/`, {
      policy: { allowPrivateAddresses: true, allowClearTextOnLoopback: false },
      signal: new AbortController().signal,
      time: 15_000,
      customCa: settings.customCa,
      exchange: async () => undefined,
      refusalOf: () => ({ kind: 'misbehaved' }),
    })
  })
  if (fetched !== 'passed')
    expect(server.commandNames().filter((name) => /LOGIN|AUTH|USER|PASS/.test(name))).toEqual([])
  const tested = await probe(settings)
  expect(endpoint).toBe(fetched)
  expect(tested.passed ? 'passed' : failedStep(tested).code).toBe(fetched)
  if (tested.passed) return 'passed'
  const { step, code = '', detail, remedy = '', facts } = failedStep(tested)
  expect(step).toBe('tls')
  return { code, detail, remedy, offered: typeof facts?.customCa === 'string' ? facts.customCa : undefined }
}

const codeOf = async (work: () => Promise<void>): Promise<string> => {
  try {
    await work()
    return 'passed'
  } catch (error) {
    if (error instanceof AuthorizationServerError) return error.refusal.error ?? ''
    if (!(error instanceof MailboxError)) throw error
    expect(mailboxErrorCatalogue[error.code].remedy).not.toBe('')
    return error.code
  }
}

describe.each(types)('%s with a certificate that is not accepted', (type) => {
  let root: Issued
  let intermediate: Issued
  let server: Issued

  beforeAll(async () => {
    root = await issueLink({ name: 'root' })
    intermediate = await issueLink({ name: 'intermediate' }, root)
    server = await issueLink({ name: 'server', names }, intermediate)
  })

  const refused = async (scene: Scene, code: string, remedy: RegExp): Promise<Found> => {
    const found = await outcome(type, scene)
    if (found === 'passed') throw new Error(`the connection passed, ${code} was expected`)
    expect(found).toMatchObject({ code, remedy: expect.stringMatching(remedy) })
    return found
  }

  it('a connection trusts a certificate if its authority is the custom CA, as the remedy suggests', async () => {
    const leaf = await issueLink({ name: 'server', names }, root)
    await refused({ shown: [leaf] }, 'certificate-not-trusted', /certificate of its authority \(“CN=root”\)/)
    expect(await outcome(type, { shown: [leaf], customCa: [root] })).toBe('passed')
  })

  it('a connection trusts a certificate with the PEM from the connection test if the server sends its root', async () => {
    const shown = [server, intermediate, root]
    const { offered } = await refused({ shown }, 'certificate-not-trusted', /PEM in `customCa`/)
    expect(offered?.trim()).toBe(root.cert.trim())
    expect(await outcome(type, { shown }, offered)).toBe('passed')
  })

  it('a connection trusts a certificate with the PEM from the connection test if the server sends only its intermediate', async () => {
    const shown = [server, intermediate]
    const { offered } = await refused({ shown }, 'certificate-not-trusted', /PEM in `customCa`/)
    expect(offered?.trim()).toBe(intermediate.cert.trim())
    expect(await outcome(type, { shown }, offered)).toBe('passed')
    expect(await outcome(type, { shown, customCa: [root] })).toBe('passed')
  })

  it('a connection trusts a self-signed certificate with the PEM from the connection test', async () => {
    const shown = [await issueLink({ name: 'server', names })]
    const { offered } = await refused({ shown }, 'certificate-not-trusted', /PEM in `customCa`/)
    expect(await outcome(type, { shown }, offered)).toBe('passed')
  })

  it('a connection trusts a certificate whose omitted intermediate is the custom CA, but not with the root alone', async () => {
    const shown = [server]
    const named = /certificate of its authority \(“CN=intermediate”\).* needs the certificate of exactly this authority/
    await refused({ shown }, 'certificate-not-trusted', named)
    await refused({ shown, customCa: [root] }, 'certificate-not-trusted', named)
    expect(await outcome(type, { shown, customCa: [intermediate] })).toBe('passed')
    expect(await outcome(type, { shown, customCa: [root, intermediate] })).toBe('passed')
  })

  it('a connection trusts a server certificate that is itself the custom CA', async () => {
    expect(await outcome(type, { shown: [server], customCa: [server] })).toBe('passed')
    expect(await outcome(type, { shown: [server, intermediate], customCa: [server] })).toBe('passed')
    const next = await issueLink({ name: 'server', names }, intermediate)
    await refused({ shown: [next], customCa: [server] }, 'certificate-not-trusted', /“CN=intermediate”/)
  })

  it('a connection trusts a certificate only if the custom CA is the right one of two authorities with the same name', async () => {
    const namesake = await issueLink({ name: 'intermediate' }, root)
    await refused({ shown: [server], customCa: [namesake] }, 'certificate-not-trusted', /“CN=intermediate”/)
    expect(await outcome(type, { shown: [server], customCa: [intermediate] })).toBe('passed')
  })

  it('a connection accepts a certificate if the host is the name that the remedy mentions', async () => {
    const scene = { shown: [server], customCa: [intermediate] }
    await refused({ ...scene, host: '127.0.0.1' }, 'certificate-name-mismatch', /issued for: localhost\./)
    const byAddress = [await issueLink({ name: 'server', names: ['127.0.0.1'] }, root)]
    await refused({ shown: byAddress, customCa: [root] }, 'certificate-name-mismatch', /issued for: 127\.0\.0\.1\./)
    expect(await outcome(type, { shown: byAddress, customCa: [root], host: '127.0.0.1' })).toBe('passed')
  })

  it('a connection accepts a certificate that replaces an expired one', async () => {
    const expired = await issueLink({ name: 'server', names, ...past }, intermediate)
    const customCa = [intermediate]
    const { detail } = await refused(
      { shown: [expired], customCa },
      'certificate-expired',
      /operator to renew the certificate/,
    )
    expect(detail).toContain('CN=server')
    const renewed = await issueLink({ name: 'server', names }, intermediate, expired)
    expect(await outcome(type, { shown: [renewed], customCa })).toBe('passed')
  })

  it('a connection accepts a certificate after an expired intermediate is replaced on the server', async () => {
    const former = await issueLink({ name: 'intermediate', ...past }, root, intermediate)
    const customCa = [root]
    const current = /install the current certificate of the authority “CN=intermediate”/
    await refused({ shown: [server, former], customCa }, 'certificate-expired', current)
    expect(await outcome(type, { shown: [server, intermediate], customCa })).toBe('passed')
  })

  it.each(['root', 'intermediate'] as const)(
    'a connection accepts a certificate after an expired custom CA is replaced with the current %s',
    async (which) => {
      const authority = which === 'root' ? root : intermediate
      const issuer = which === 'root' ? undefined : root
      const shown = [await issueLink({ name: 'server', names }, authority)]
      const former = await issueLink({ name: which, ...past }, issuer, authority)
      const remedy = new RegExp(`custom CA to a current certificate of the authority .*“CN=${which}”`)
      await refused({ shown, customCa: [former] }, 'certificate-expired', remedy)
      expect(await outcome(type, { shown, customCa: [authority] })).toBe('passed')
    },
  )

  it('a connection accepts a certificate that replaces one that is not valid yet', async () => {
    const early = await issueLink({ name: 'server', names, ...future }, root)
    const { remedy } = await refused({ shown: [early], customCa: [root] }, 'certificate-expired', /Wait until|operator/)
    expect(remedy).toContain(new Date(Date.now() + 24 * 60 * 60_000).toISOString().slice(0, 10))
    const shown = [await issueLink({ name: 'server', names }, root, early)]
    expect(await outcome(type, { shown, customCa: [root] })).toBe('passed')
  })

  it.each([
    ['is for clients', async () => [await issueLink({ name: 'server', names, usage: 'client' }, root)], {}],
    [
      'has a key that is too short',
      async () => [await issueLink({ name: 'server', names, weakKey: true }, root)],
      anyKey,
    ],
    [
      'was issued by a certificate that is not an authority',
      async () => {
        const impostor = await issueLink({ name: 'impostor', notAuthority: true }, root)
        return [await issueLink({ name: 'server', names }, impostor), impostor]
      },
      {},
    ],
    [
      'has more authorities above it than the path length allows',
      async () => {
        const strict = await issueLink({ name: 'intermediate', pathLength: 0 }, root)
        const below = await issueLink({ name: 'below' }, strict)
        return [await issueLink({ name: 'server', names }, below), below, strict]
      },
      {},
    ],
    [
      'was issued with a key that is too short',
      async () => {
        const weak = await issueLink({ name: 'intermediate', weakKey: true }, root)
        return [await issueLink({ name: 'server', names }, weak), weak]
      },
      anyKey,
    ],
  ])('a connection accepts the replacement of a certificate that %s', async (_, chain, tls) => {
    const shown = await chain()
    await refused({ shown, customCa: [root], tls }, 'certificate-unsuitable', /operator to replace the certificate/)
    expect(await outcome(type, { shown: [server, intermediate], customCa: [root], tls })).toBe('passed')
  })
})

describe.each(types)('a server that supports only old TLS versions (%s)', (type) => {
  it.each(['TLSv1', 'TLSv1.1'] as const)(
    'a connection rejects a server that supports only %s until TLS 1.2 is enabled',
    async (version) => {
      const root = await issueLink({ name: 'root' })
      const scene = { shown: [await issueLink({ name: 'server', names }, root)], customCa: [root] }
      const old = { ...anyKey, minVersion: version, maxVersion: version }
      expect(await outcome(type, { ...scene, tls: old })).toMatchObject({
        code: 'tls-too-old',
        detail: expect.stringContaining('TLS 1.0 or 1.1'),
        remedy: expect.stringContaining('TLS 1.2 or 1.3'),
      })
      expect(await outcome(type, { ...scene, tls: { ...anyKey, minVersion: version, maxVersion: 'TLSv1.2' } })).toBe(
        'passed',
      )
    },
  )
})
