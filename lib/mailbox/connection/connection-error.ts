import { MailboxError, type MailboxErrorCode } from '../mailbox-error.ts'

/** Where it happened: a reset means something else in a handshake than in a session. */
export type ConnectionStep = 'lookup' | 'connect' | 'tls' | 'session'

/** Codes of Node, libuv, OpenSSL and c-ares that mean the same at every step. */
const codes: Readonly<Record<string, MailboxErrorCode>> = {
  ENOTFOUND: 'host-not-found',
  ENODATA: 'host-not-found',
  EBADNAME: 'host-not-found',
  ERR_INVALID_ARG_VALUE: 'host-not-found',
  EAI_AGAIN: 'host-lookup-failed',
  EAI_FAIL: 'host-lookup-failed',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connection-timed-out',
  EHOSTUNREACH: 'connection-timed-out',
  EHOSTDOWN: 'connection-timed-out',
  ENETUNREACH: 'connection-timed-out',
  ENETDOWN: 'connection-timed-out',
  EADDRNOTAVAIL: 'connection-timed-out',
  EAFNOSUPPORT: 'connection-timed-out',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'connection-timed-out',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-not-trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-not-trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-not-trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-not-trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-not-trusted',
  CERT_UNTRUSTED: 'certificate-not-trusted',
  // An authority of the same name that has another key: the right one helps.
  CERT_SIGNATURE_FAILURE: 'certificate-not-trusted',
  CERT_REJECTED: 'certificate-unsuitable',
  CERT_REVOKED: 'certificate-unsuitable',
  CERT_CHAIN_TOO_LONG: 'certificate-unsuitable',
  INVALID_CA: 'certificate-unsuitable',
  INVALID_PURPOSE: 'certificate-unsuitable',
  PATH_LENGTH_EXCEEDED: 'certificate-unsuitable',
  ERR_SSL_EE_KEY_TOO_SMALL: 'certificate-unsuitable',
  ERR_SSL_CA_KEY_TOO_SMALL: 'certificate-unsuitable',
  ERR_SSL_CA_MD_TOO_WEAK: 'certificate-unsuitable',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name-mismatch',
  HOSTNAME_MISMATCH: 'certificate-name-mismatch',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-expired',
  // The server's refusal of TLS 1.2 and 1.3, and our refusal of what it chose instead.
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls-too-old',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-too-old',
}

/** What Node calls every fault of a certificate that has no name in its list, such as a key that is too short. */
const unnamedCertificateFault = 'UNSPECIFIED'

/** For codes the table does not name. A reset during the handshake mostly is a server that speaks no TLS on this port. */
const unnamed: Readonly<Record<ConnectionStep, MailboxErrorCode>> = {
  lookup: 'host-lookup-failed',
  connect: 'connection-lost',
  tls: 'tls-failed',
  session: 'connection-lost',
}

/** The stable code of a foreign error; its text never leaves this file, because libraries put commands and addresses into it. */
const foreignCode = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return foreignCode(error.errors.at(-1))
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code
  }
  return ''
}

const namedCode = (foreign: string, step: ConnectionStep): MailboxErrorCode | undefined => {
  if (foreign === unnamedCertificateFault && step === 'tls') return 'certificate-unsuitable'
  return Object.hasOwn(codes, foreign) ? codes[foreign] : undefined
}

/** Says in our catalogue's words what a socket, TLS or DNS error means. A `MailboxError` comes back as it is. */
export const connectionErrorOf = (error: unknown, step: ConnectionStep): MailboxError => {
  if (error instanceof MailboxError) return error
  const foreign = foreignCode(error)
  const named = namedCode(foreign, step)
  // Once a session runs, a TCP time-out is the line that broke, not a server that cannot be reached.
  const code = step === 'session' && named === 'connection-timed-out' ? 'connection-lost' : named
  return new MailboxError(code ?? unnamed[step], '', foreign === '' ? undefined : { cause: foreign })
}

/** What an aborted signal ends a session with: the run that aborted knows why, the mailbox only knows that the line is gone. */
export const abortedError = (): MailboxError => new MailboxError('connection-lost', '', { cause: 'ABORT_ERR' })
