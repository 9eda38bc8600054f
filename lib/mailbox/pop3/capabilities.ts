/** The capabilities of a server (RFC 2449 section 5). */
export interface Pop3Capabilities {
  /** False if the server does not support CAPA. In that case, only the commands of RFC 1939 are certain. */
  readonly announced: boolean
  readonly stls: boolean
  readonly user: boolean
  /** Upper-case names of SASL mechanisms. */
  readonly sasl: readonly string[]
  readonly pipelining: boolean
  /** The server can show headers without the message (TOP). */
  readonly top: boolean
  /** Minimum number of seconds between two logins; 0 if the server requires no delay. */
  readonly loginDelay: number
}

/** A server without CAPA: USER and PASS may be tried, nothing else is assumed. */
export const unannouncedCapabilities: Pop3Capabilities = {
  announced: false,
  stls: false,
  user: true,
  sasl: [],
  pipelining: false,
  top: false,
  loginDelay: 0,
}

/** Parses the body of a CAPA response. Names and mechanisms are case-insensitive; unknown lines are ignored. */
export const parseCapabilities = (body: string): Pop3Capabilities => {
  const offered = new Map<string, readonly string[]>()
  for (const line of body.toUpperCase().split(/\r?\n/)) {
    const [name = '', ...parameters] = line.trim().split(/\s+/)
    if (name !== '') offered.set(name, parameters)
  }
  const delay = Number.parseInt(offered.get('LOGIN-DELAY')?.[0] ?? '0', 10)
  return {
    announced: true,
    stls: offered.has('STLS'),
    user: offered.has('USER'),
    sasl: offered.get('SASL') ?? [],
    pipelining: offered.has('PIPELINING'),
    top: offered.has('TOP'),
    loginDelay: Math.max(delay || 0, 0),
  }
}
