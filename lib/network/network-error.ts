/**
 * Every way in which a connection can fail. `waiting`: the same settings may work later. `change`: a person must change
 * something.
 */
export const networkErrors = {
  'host-not-found': { cure: 'change', detail: 'The host name has no address.' },
  'host-lookup-failed': { cure: 'waiting', detail: 'The host name cannot be looked up at the moment.' },
  'address-not-allowed': {
    cure: 'change',
    detail: 'The host resolves to a private, loopback or link-local address, which this deployment does not allow.',
  },
  'connection-refused': { cure: 'waiting', detail: 'The server refused the connection on this port.' },
  'connection-timed-out': { cure: 'waiting', detail: 'The server did not answer in time.' },
  'connection-lost': { cure: 'waiting', detail: 'The connection was lost in the middle of the session.' },
  'tls-failed': { cure: 'change', detail: 'The TLS handshake failed.' },
  'tls-too-old': {
    cure: 'change',
    detail: 'The server supports only TLS 1.0 or 1.1, which are no longer secure (RFC 8996), so nothing was sent.',
  },
  'certificate-not-trusted': {
    cure: 'change',
    detail: 'The server’s certificate is not signed by a trusted authority.',
  },
  'certificate-name-mismatch': {
    cure: 'change',
    detail: 'The server’s certificate was issued for another host name.',
  },
  'certificate-expired': {
    cure: 'change',
    detail: 'The server’s certificate or an authority’s certificate has expired or is not valid yet.',
  },
  'certificate-unsuitable': {
    cure: 'change',
    detail:
      'The server’s certificate or an authority’s certificate is not acceptable: it was issued for another purpose, ' +
      'its key is too short, or it breaks another rule.',
  },
} as const satisfies Record<string, { cure: 'waiting' | 'change'; detail: string }>
export type NetworkErrorCode = keyof typeof networkErrors

/**
 * A connection failed. The error contains no foreign text. Its cause, if any, is the stable code of the foreign error.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  readonly code: NetworkErrorCode

  constructor(code: NetworkErrorCode, options?: ErrorOptions) {
    super(networkErrors[code].detail, options)
    this.code = code
  }
}

/** Where an error happened. A reset during a handshake has another meaning than in a session. */
export type ConnectionStep = 'lookup' | 'connect' | 'tls' | 'session'

/** Codes of Node, libuv, OpenSSL and c-ares that have the same meaning at every step. */
const codes: Readonly<Record<string, NetworkErrorCode>> = {
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
  // An authority with the same name but another key. The right authority's certificate solves this.
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
  // The server rejects TLS 1.2 and 1.3, or we reject the version that it chose instead.
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls-too-old',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-too-old',
}

/** Node's code for every certificate error without a name in its list, for example a key that is too short. */
const unnamedCertificateFault = 'UNSPECIFIED'

/** For codes that are not in the table. A reset during the handshake usually means that the port does not use TLS. */
const unnamed: Readonly<Record<ConnectionStep, NetworkErrorCode>> = {
  lookup: 'host-lookup-failed',
  connect: 'connection-lost',
  tls: 'tls-failed',
  session: 'connection-lost',
}

/**
 * The stable code of a foreign error. Its text never leaves this file, because libraries include commands and
 * addresses.
 */
const foreignCode = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return foreignCode(error.errors.at(-1))
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code
  }
  return ''
}

const namedCode = (foreign: string, step: ConnectionStep): NetworkErrorCode | undefined => {
  if (foreign === unnamedCertificateFault && step === 'tls') return 'certificate-unsuitable'
  return Object.hasOwn(codes, foreign) ? codes[foreign] : undefined
}

/** Translates a socket, TLS or DNS error. A `NetworkError` is returned unchanged. */
export const networkErrorOf = (error: unknown, step: ConnectionStep): NetworkError => {
  if (error instanceof NetworkError) return error
  const foreign = foreignCode(error)
  const named = namedCode(foreign, step)
  // During a session, a TCP timeout means that the connection broke, not that the server cannot be reached.
  const code = step === 'session' && named === 'connection-timed-out' ? 'connection-lost' : named
  return new NetworkError(code ?? unnamed[step], foreign === '' ? undefined : { cause: foreign })
}

/** The error for an aborted signal. The aborting caller has the reason; for its session, the connection is just gone. */
export const abortedError = (): NetworkError => new NetworkError('connection-lost', { cause: 'ABORT_ERR' })
