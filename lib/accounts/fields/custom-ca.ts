import { createHash, X509Certificate } from 'node:crypto'
import * as z from 'zod'

/** In characters, about fifteen certificates. The account's row and its index copy stay far below DynamoDB's 400 KB. */
const longestCustomCa = 32 * 1024

const certificateBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** @returns the certificates as separate PEM blocks */
export const certificatesOf = (pem: string): string[] => pem.match(certificateBlock) ?? []

/** @returns the fingerprints of the certificates, with which the audit trail records them */
export const fingerprintsOf = (pem: string): string[] => certificatesOf(pem).map(fingerprintOf)

/** SHA-256 of the certificate, as browsers and `openssl x509 -fingerprint -sha256` show it. */
const fingerprintOf = (pem: string): string => {
  try {
    return `SHA-256 ${new X509Certificate(pem).fingerprint256}`
  } catch {
    // An earlier version stored a certificate that this version cannot parse. Equal bytes still yield equal text.
    return `unreadable, SHA-256 of its text ${createHash('sha256').update(pem).digest('hex')}`
  }
}

const wrongCustomCa = (pem: string): string | undefined => {
  if (pem.includes('PRIVATE KEY-----')) return 'contains a private key. Send only certificates'
  const blocks = certificatesOf(pem)
  if (blocks.length === 0) return 'must be one or more certificates in PEM form'
  return blocks.every(isCertificate) ? undefined : 'contains a certificate that cannot be read'
}

const isCertificate = (block: string): boolean => {
  try {
    return new X509Certificate(block).fingerprint256 !== ''
  } catch {
    return false
  }
}

/** PEM certificates. The parsed value contains only the certificate blocks, without the remarks that tools add. */
export const customCaSchema = z
  .string()
  .max(longestCustomCa)
  .check((context) => {
    const message = wrongCustomCa(context.value)
    if (message) context.issues.push({ code: 'custom', message, input: context.value })
  })
  .transform((pem) => `${certificatesOf(pem).join('\n')}\n`)
