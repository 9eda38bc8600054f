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
  /** PEM of the highest certificate above it that the server presented, or its own where it signed itself: what a custom CA can be. */
  readonly authorityPem: string | undefined
  /** Which of the presented certificates are not valid now, its own first. */
  readonly outOfDate: readonly OutOfDateCertificate[]
}

export interface OutOfDateCertificate {
  readonly subject: string
  readonly validFrom: string
  readonly validTo: string
  /** False: it is not valid yet. */
  readonly expired: boolean
  /** It issued another one of the presented certificates. */
  readonly isAuthority: boolean
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

/** Node writes one attribute a line, and nothing for an empty name. */
const nameOf = (name: string | undefined): string => cutTo(printable((name ?? '').replaceAll('\n', ', ')), longestName)

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName
    .split(', ')
    .map((name) => cutTo(printable(name.replace(/^(DNS|IP Address):/, '')), longestName))
    .filter((name) => name !== '')
    .slice(0, mostNames)

/** The certificate and those above it, each followed by its issuer. */
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

/** A server’s own certificate is no good custom CA unless it signed itself: its next one would not be trusted. */
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
