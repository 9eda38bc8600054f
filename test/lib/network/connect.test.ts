import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectTarget, connectTcp, connectTls, upgradeTls } from '../../../lib/network/connect.ts'
import { type CertificateAuthority, type CertificateKind, createCertificates } from '../../mail-server/certificates.ts'

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

/** An address that refuses connections: 127.0.0.2 is a loopback address, and the port is in use only on 127.0.0.1. */
const refusing = (port: number) => ({ address: '127.0.0.2', family: 4, port }) as const

const kept = async <S extends Socket>(opening: Promise<S>): Promise<S> => {
  const socket = await opening
  open.push(socket)
  return socket
}

describe('connecting to checked addresses', () => {
  test('a connection goes to the checked address and uses the name for certificate and SNI', async () => {
    const server = await tlsServer()
    const socket = await kept(connectTls(target(server.port)))
    expect(socket.authorized).toBe(true)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    await expect.poll(() => server.names).toEqual(['mail.example.com'])
  })

  test.each(['127.0.0.1', '[::1]', '::1'])(
    'a connection to %s sends no SNI and still checks the certificate',
    async (host) => {
      const server = await tlsServer()
      await kept(connectTls(target(server.port, { host })))
      await expect.poll(() => server.names).toEqual([false])
      const other = await tlsServer('other-name')
      await expect(connectTls(target(other.port, { host }))).rejects.toMatchObject({
        code: 'certificate-name-mismatch',
      })
    },
  )

  test('a connection accepts a name that ends with a dot', async () => {
    const server = await tlsServer()
    await kept(connectTls(target(server.port, { host: 'mail.example.com.' })))
    await expect.poll(() => server.names).toEqual(['mail.example.com'])
  })

  test.each([
    ['expired', 'certificate-expired'],
    ['not-yet-valid', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
    ['self-signed', 'certificate-not-trusted'],
  ] as const)('a connection to a server with a certificate that is %s reports %s', async (kind, code) => {
    const { port } = await tlsServer(kind)
    await expect(connectTls(target(port))).rejects.toMatchObject({ code })
  })

  test('a connection trusts the custom CA instead of the system’s roots', async () => {
    const { port } = await tlsServer()
    const other = await createCertificates()
    const code = 'certificate-not-trusted'
    await expect(connectTls(target(port, { customCa: other.caPem }))).rejects.toMatchObject({ code })
    await expect(connectTls(target(port, { customCa: undefined }))).rejects.toMatchObject({ code })
  })

  test.each(['no PEM at all', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'a connection trusts no server if the custom CA is not a certificate (%j)',
    async (customCa) => {
      const { port } = await tlsServer()
      const error: unknown = await connectTls(target(port, { customCa })).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ name: 'NetworkError', code: 'certificate-not-trusted' })
    },
  )

  test('a connection rejects TLS versions below 1.2', async () => {
    const { port } = await tlsServer('valid', {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    })
    await expect(connectTls(target(port))).rejects.toMatchObject({ code: 'tls-too-old' })
  })

  test('a connection can be upgraded to TLS', async () => {
    const server = await tlsServer()
    const tcp = await connectTcp(target(server.port))
    const socket = await kept(upgradeTls(tcp, target(server.port)))
    expect(socket.authorized).toBe(true)
  })

  test('a connection with a failed handshake leaves no socket behind', async () => {
    const { port } = await tlsServer('expired')
    const tcp = await connectTcp(target(port))
    await expect(upgradeTls(tcp, target(port))).rejects.toMatchObject({ code: 'certificate-expired' })
    await expect.poll(() => tcp.destroyed).toBe(true)
  })

  test('a connection tries each address until one answers', async () => {
    const port = await listening(createServer())
    const addresses = [refusing(port), refusing(port), { address: '127.0.0.1', family: 4, port } as const]
    const socket = await kept(connectTcp(target(port, { addresses })))
    expect(socket.remoteAddress).toBe('127.0.0.1')
  })

  test('a connection reports the failure of the last address if none answers', async () => {
    const port = await listening(createServer())
    const addresses = [refusing(port)]
    await expect(connectTcp(target(port, { addresses }))).rejects.toMatchObject({ code: 'connection-refused' })
  })

  test('a connection ends at the deadline if the server never completes the handshake', async () => {
    const port = await listening(createServer())
    const late = target(port, { deadline: performance.now() + 100 })
    await expect(connectTls(late)).rejects.toMatchObject({ code: 'connection-timed-out' })
  })

  test('a connection is not attempted after the deadline', async () => {
    const port = await listening(createServer())
    const late = target(port, { deadline: performance.now() - 1 })
    await expect(connectTcp(late)).rejects.toMatchObject({ code: 'connection-timed-out' })
  })

  test('a connection ends on abort during the handshake, and no new one starts', async () => {
    const port = await listening(createServer())
    const controller = new AbortController()
    const opening = connectTls(target(port, { signal: controller.signal }))
    setTimeout(() => controller.abort(), 20)
    await expect(opening).rejects.toMatchObject({ code: 'connection-lost', cause: 'ABORT_ERR' })
    await expect(connectTcp(target(port, { signal: controller.signal }))).rejects.toMatchObject({ cause: 'ABORT_ERR' })
  })
})
