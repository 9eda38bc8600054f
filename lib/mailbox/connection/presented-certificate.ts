import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { cutTo, printable } from '../../text/printable.ts'

/** A server's certificate, for people to judge. Times are ISO 8601. */
export interface PresentedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly validFrom: string
  readonly validTo: string
  /** DNS names and addresses it is issued for. */
  readonly names: readonly string[]
  /** SHA-256, as operators compare it: `AB:CD:…`. */
  readonly fingerprint: string
  /** PEM of the self-signed certificate the server presented with it, if any: what a custom CA would have to be. */
  readonly authorityPem: string | undefined
}

/** Longer chains are not sent by any server; a circle of issuers must not keep us busy. */
const longestChain = 10
/** Characters of a name, and names of a certificate: a hostile server chooses both. */
const longestName = 200
const mostNames = 20

/** What the server presented; undefined when the session has no certificate any more. */
export const presentedCertificate = (socket: TLSSocket): PresentedCertificate | undefined => {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    names: namesOf(certificate),
    fingerprint: certificate.fingerprint256,
    authorityPem: authorityAbove(certificate)?.toString(),
  }
}

/** Node writes one attribute a line, and nothing for an empty name. */
const nameOf = (name: string | undefined): string => cutTo(printable((name ?? '').replaceAll('\n', ', ')), longestName)

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName
    .split(', ')
    .map((name) => cutTo(printable(name.replace(/^(DNS|IP Address):/, '')), longestName))
    .filter((name) => name !== '')
    .slice(0, mostNames)

/** Only a certificate that signed itself can be trusted as an authority (RFC 5280 section 6.1). */
const authorityAbove = (leaf: X509Certificate): X509Certificate | undefined => {
  let certificate: X509Certificate | undefined = leaf
  for (let depth = 0; certificate !== undefined && depth < longestChain; depth += 1) {
    if (signedItself(certificate)) return certificate
    certificate = certificate.issuerCertificate
  }
  return undefined
}

const signedItself = (certificate: X509Certificate): boolean =>
  certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)
