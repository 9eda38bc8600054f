// @peculiar/x509 resolves its parts with tsyringe, which needs the Reflect metadata API to exist first.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { CertificateAndKey } from './certificates.ts'

const day = 24 * 60 * 60 * 1000
const elliptic = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** Too short for OpenSSL's security level 2. */
const weak = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 1024,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const

/** One certificate of a chain, with its defects. */
export interface Link {
  readonly name: string
  /** Days from today. */
  readonly from?: number
  readonly to?: number
  /** DNS names and addresses. If omitted, the certificate is an authority. */
  readonly names?: readonly string[]
  readonly usage?: 'server' | 'client'
  readonly weakKey?: boolean
  /** An authority without the CA flag. */
  readonly notAuthority?: boolean
  /** The number of authorities allowed below it. */
  readonly pathLength?: number
}

export interface Issued extends CertificateAndKey {
  readonly name: string
  readonly keys: webcrypto.CryptoKeyPair
  readonly algorithm: typeof elliptic | typeof weak
}

const isAddress = (name: string): boolean => name.includes(':') || /^[\d.]+$/.test(name)

const extensionsOf = ({ names, usage = 'server', notAuthority, pathLength }: Link): x509.Extension[] => {
  if (names === undefined)
    return [
      new x509.BasicConstraintsExtension(!notAuthority, notAuthority ? undefined : pathLength, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ]
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.ExtendedKeyUsageExtension([
      usage === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
    ]),
    new x509.SubjectAlternativeNameExtension(
      names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
    ),
  ]
}

/**
 * Issues one certificate.
 * @param issuer if omitted, the certificate is self-signed
 * @param former the certificate that this one replaces, for the same key
 */
export const issueLink = async (link: Link, issuer?: Issued, former?: Issued): Promise<Issued> => {
  x509.cryptoProvider.set(webcrypto as unknown as typeof globalThis.crypto)
  const algorithm = link.weakKey ? weak : elliptic
  const keys = former?.keys ?? (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']))
  const now = Date.now()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    subject: `CN=${link.name}`,
    issuer: `CN=${issuer?.name ?? link.name}`,
    notBefore: new Date(now + (link.from ?? -30) * day),
    notAfter: new Date(now + (link.to ?? 30) * day),
    signingAlgorithm: issuer?.algorithm ?? algorithm,
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    extensions: extensionsOf(link),
  })
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { cert: `${certificate.toString('pem')}\n`, key, name: link.name, keys, algorithm }
}
