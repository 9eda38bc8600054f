import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { cutTo, printable } from '../text/printable.ts'

/** A server's certificate, for a person to judge. Times are ISO 8601. */
export interface PresentedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly validFrom: string
  readonly validTo: string
  /** The DNS names and addresses that it was issued for. */
  readonly names: readonly string[]
  /** SHA-256, in the form that operators compare: `AB:CD:…`. */
  readonly fingerprint: string
  /**
   * PEM of the highest certificate above it that the server sent, or of the certificate itself if it is self-signed. It
   * can serve as a custom CA.
   */
  readonly authorityPem: string | undefined
  /** The certificates in the chain that are not valid now, the server's own first. */
  readonly outOfDate: readonly OutOfDateCertificate[]
}

export interface OutOfDateCertificate {
  readonly subject: string
  readonly validFrom: string
  readonly validTo: string
  /** False if the certificate is not valid yet. */
  readonly expired: boolean
  /** True if it issued another certificate in the chain. */
  readonly isAuthority: boolean
}

/** The encryption of a session. */
export interface TlsFacts {
  /** For example `TLSv1.3`. */
  readonly version: string
  readonly certificate: PresentedCertificate | undefined
}

/** No server sends a longer chain, and a circle of issuers must not cause an endless loop. */
const longestChain = 10
/** Limits on the characters of a name and on the names of a certificate, because a hostile server chooses both. */
const longestName = 200
const mostNames = 20

export const tlsFactsOf = (socket: TLSSocket): TlsFacts => ({
  version: socket.getProtocol() ?? 'unknown',
  certificate: presentedCertificate(socket),
})

/** @returns the server's certificate, or undefined if the session no longer has one */
export const presentedCertificate = (socket: TLSSocket): PresentedCertificate | undefined => {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const chain = chainOf(certificate)
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    names: namesOf(certificate),
    fingerprint: certificate.fingerprint256,
    authorityPem: authorityIn(chain)?.toString(),
    outOfDate: outOfDateIn(chain, Date.now()),
  }
}

/** Node writes one attribute per line, and nothing for an empty name. */
const nameOf = (name: string | undefined): string => cutTo(printable((name ?? '').replaceAll('\n', ', ')), longestName)

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName
    .split(', ')
    .map((name) => cutTo(printable(name.replace(/^(DNS|IP Address):/, '')), longestName))
    .filter((name) => name !== '')
    .slice(0, mostNames)

/** @returns the certificate and those above it, each followed by its issuer */
const chainOf = (leaf: X509Certificate): X509Certificate[] => {
  const chain = [leaf]
  for (let last = leaf; chain.length < longestChain && !signedItself(last); ) {
    const { issuerCertificate } = last
    if (issuerCertificate === undefined) break
    chain.push(issuerCertificate)
    last = issuerCertificate
  }
  return chain
}

/**
 * A server's own certificate is not suitable as a custom CA unless it is self-signed, because its successor would not
 * be trusted.
 */
const authorityIn = (chain: readonly X509Certificate[]): X509Certificate | undefined => {
  const highest = chain.at(-1)
  return highest !== undefined && (chain.length > 1 || signedItself(highest)) ? highest : undefined
}

const outOfDateIn = (chain: readonly X509Certificate[], now: number): OutOfDateCertificate[] =>
  chain.flatMap(({ subject, validFromDate, validToDate }, index) =>
    validFromDate.getTime() <= now && now <= validToDate.getTime()
      ? []
      : [
          {
            subject: nameOf(subject),
            validFrom: validFromDate.toISOString(),
            validTo: validToDate.toISOString(),
            expired: validToDate.getTime() < now,
            isAuthority: index > 0,
          },
        ],
  )

const signedItself = (certificate: X509Certificate): boolean =>
  certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)
