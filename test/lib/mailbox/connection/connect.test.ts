import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectTarget, connectTcp, connectTls, upgradeTls } from '../../../../lib/mailbox/connection/connect.ts'
import {
  type CertificateAuthority,
  type CertificateKind,
  createCertificates,
} from '../../../mail-server/certificates.ts'

let authority: CertificateAuthority
const open: Array<Server | Socket> = []

beforeAll(async () => {
  authority = await createCertificates(['mail.example.com'])
})
afterEach(() => {
  for (const one of open.splice(0)) 'close' in one ? one.close() : one.destroy()
})

const listening = async (server: Server): Promise<number> => {
  open.push(server)
  server.on('connection', (socket: Socket) => {
    open.push(socket)
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const tlsServer = async (kind: CertificateKind = 'valid', options = {}) => {
  const names: Array<string | false> = []
  const server = createTlsServer({ ...authority.servers[kind], ...options })
  server.on('secureConnection', (socket: TLSSocket) => {
    names.push(socket.servername ?? false)
    socket.on('error', () => socket.destroy())
  })
  server.on('tlsClientError', () => undefined)
  return { port: await listening(server), names }
}

const target = (port: number, overrides: Partial<ConnectTarget> = {}): ConnectTarget => ({
  host: 'mail.example.com',
  addresses: [{ address: '127.0.0.1', family: 4, port }],
  customCa: authority.caPem,
  deadline: performance.now() + 2000,
  signal: new AbortController().signal,
  ...overrides,
})

/** Nothing listens here: 127.0.0.2 is loopback, and the port is ours on 127.0.0.1 only. */
const refusing = (port: number) => ({ address: '127.0.0.2', family: 4, port }) as const

const kept = async <S extends Socket>(opening: Promise<S>): Promise<S> => {
  const socket = await opening
  open.push(socket)
  return socket
}

describe('connecting to checked addresses', () => {
  test('goes to the address, with the name for certificate and SNI', async () => {
    const server = await tlsServer()
    const socket = await kept(connectTls(target(server.port)))
    expect(socket.authorized).toBe(true)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    await expect.poll(() => server.names).toEqual(['mail.example.com'])
  })

  test.each(['127.0.0.1', '[::1]', '::1'])('sends no SNI for %s and still checks the certificate', async (host) => {
    const server = await tlsServer()
    await kept(connectTls(target(server.port, { host })))
    await expect.poll(() => server.names).toEqual([false])
    const other = await tlsServer('other-name')
    await expect(connectTls(target(other.port, { host }))).rejects.toMatchObject({ code: 'certificate-name-mismatch' })
  })

  test('takes a name that ends with a dot', async () => {
    const server = await tlsServer()
    await kept(connectTls(target(server.port, { host: 'mail.example.com.' })))
    await expect.poll(() => server.names).toEqual(['mail.example.com'])
  })

  test.each([
    ['expired', 'certificate-expired'],
    ['not-yet-valid', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
    ['self-signed', 'certificate-not-trusted'],
  ] as const)('a certificate that is %s is %s', async (kind, code) => {
    const { port } = await tlsServer(kind)
    await expect(connectTls(target(port))).rejects.toMatchObject({ code })
  })

  test('a custom CA replaces the roots, and without it the system’s count', async () => {
    const { port } = await tlsServer()
    const other = await createCertificates()
    const code = 'certificate-not-trusted'
    await expect(connectTls(target(port, { customCa: other.caPem }))).rejects.toMatchObject({ code })
    await expect(connectTls(target(port, { customCa: undefined }))).rejects.toMatchObject({ code })
  })

  test.each(['no PEM at all', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'a custom CA that is none (%j) trusts nobody',
    async (customCa) => {
      const { port } = await tlsServer()
      const error: unknown = await connectTls(target(port, { customCa })).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ name: 'MailboxError', code: 'certificate-not-trusted' })
    },
  )

  test('refuses TLS below 1.2', async () => {
    const { port } = await tlsServer('valid', {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    })
    await expect(connectTls(target(port))).rejects.toMatchObject({ code: 'tls-too-old' })
  })

  test('upgrades an open connection', async () => {
    const server = await tlsServer()
    const tcp = await connectTcp(target(server.port))
    const socket = await kept(upgradeTls(tcp, target(server.port)))
    expect(socket.authorized).toBe(true)
  })

  test('a failed handshake leaves no socket behind', async () => {
    const { port } = await tlsServer('expired')
    const tcp = await connectTcp(target(port))
    await expect(upgradeTls(tcp, target(port))).rejects.toMatchObject({ code: 'certificate-expired' })
    await expect.poll(() => tcp.destroyed).toBe(true)
  })

  test('tries each address until one answers', async () => {
    const port = await listening(createServer())
    const addresses = [refusing(port), refusing(port), { address: '127.0.0.1', family: 4, port } as const]
    const socket = await kept(connectTcp(target(port, { addresses })))
    expect(socket.remoteAddress).toBe('127.0.0.1')
  })

  test('says why the last one failed when none answers', async () => {
    const port = await listening(createServer())
    const addresses = [refusing(port)]
    await expect(connectTcp(target(port, { addresses }))).rejects.toMatchObject({ code: 'connection-refused' })
  })

  test('a handshake that never comes ends with the deadline', async () => {
    const port = await listening(createServer())
    const late = target(port, { deadline: performance.now() + 100 })
    await expect(connectTls(late)).rejects.toMatchObject({ code: 'connection-timed-out' })
  })

  test('a deadline that has passed connects to nothing', async () => {
    const port = await listening(createServer())
    const late = target(port, { deadline: performance.now() - 1 })
    await expect(connectTcp(late)).rejects.toMatchObject({ code: 'connection-timed-out' })
  })

  test('an abort ends a handshake, and nothing starts after it', async () => {
    const port = await listening(createServer())
    const controller = new AbortController()
    const opening = connectTls(target(port, { signal: controller.signal }))
    setTimeout(() => controller.abort(), 20)
    await expect(opening).rejects.toMatchObject({ code: 'connection-lost', cause: 'ABORT_ERR' })
    await expect(connectTcp(target(port, { signal: controller.signal }))).rejects.toMatchObject({ cause: 'ABORT_ERR' })
  })
})
