// @peculiar/x509 resolves its parts with tsyringe, which needs the Reflect metadata API to exist first.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export interface CertificateAndKey {
  /** PEM, without the authority's own certificate. */
  readonly cert: string
  readonly key: string
}

export const certificateKinds = ['valid', 'expired', 'not-yet-valid', 'self-signed', 'other-name'] as const
export type CertificateKind = (typeof certificateKinds)[number]

/** A throw-away authority. Its key exists only in this process. */
export interface CertificateAuthority {
  readonly caPem: string
  readonly servers: Readonly<Record<CertificateKind, CertificateAndKey>>
}

type KeyPair = webcrypto.CryptoKeyPair

// Elliptic keys take a millisecond to generate. RSA keys would cost each test file half a second.
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000
const loopbackNames = ['localhost', '127.0.0.1', '::1']

const isAddress = (name: string): boolean => name.includes(':') || /^[\d.]+$/.test(name)

const newKeys = async (): Promise<KeyPair> => await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

const privateKeyPem = async (keys: KeyPair): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')

interface IssueOptions {
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** If omitted, the certificate is self-signed. */
  readonly issuer?: { readonly name: string; readonly keys: KeyPair } | undefined
}

async function issue(options: IssueOptions): Promise<CertificateAndKey> {
  const keys = await newKeys()
  const subject = `CN=${options.names[0] ?? 'localhost'}`.replaceAll('::1', 'localhost')
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    subject,
    issuer: options.issuer?.name ?? subject,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: options.issuer?.keys.privateKey ?? keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        options.names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  })
  return { cert: certificate.toString('pem'), key: await privateKeyPem(keys) }
}

/**
 * Creates an authority and a server certificate of each kind for `localhost`, 127.0.0.1, ::1 and `names` (`other-name`
 * is only for `mail.elsewhere.example`). Takes about 20 ms.
 */
export async function createCertificates(names: readonly string[] = []): Promise<CertificateAuthority> {
  x509.cryptoProvider.set(webcrypto as unknown as typeof globalThis.crypto)
  const now = Date.now()
  const keys = await newKeys()
  const name = 'CN=Throw-away test authority'
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name,
    notBefore: new Date(now - 30 * day),
    notAfter: new Date(now + 30 * day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  const issuer = { name, keys }
  const all = [...new Set([...loopbackNames, ...names])]
  const current = { notBefore: new Date(now - day), notAfter: new Date(now + 20 * day) }
  return {
    caPem: authority.toString('pem'),
    servers: {
      valid: await issue({ names: all, ...current, issuer }),
      expired: await issue({
        names: all,
        notBefore: new Date(now - 20 * day),
        notAfter: new Date(now - day),
        issuer,
      }),
      'not-yet-valid': await issue({
        names: all,
        notBefore: new Date(now + day),
        notAfter: new Date(now + 20 * day),
        issuer,
      }),
      'self-signed': await issue({ names: all, ...current }),
      'other-name': await issue({ names: ['mail.elsewhere.example'], ...current, issuer }),
    },
  }
}
