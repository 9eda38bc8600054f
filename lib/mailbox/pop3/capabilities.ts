/** What a server offers (RFC 2449 section 5). */
export interface Pop3Capabilities {
  /** False: the server does not know CAPA, and only the commands of RFC 1939 can be counted on. */
  readonly announced: boolean
  readonly stls: boolean
  readonly user: boolean
  /** Upper-case names of SASL mechanisms. */
  readonly sasl: readonly string[]
  readonly pipelining: boolean
  /** Headers can be seen without the message (TOP). */
  readonly top: boolean
  /** Seconds that must lie between two logins; 0 when none are asked for. */
  readonly loginDelay: number
}

/** A server without CAPA: USER and PASS may be tried, the rest not be assumed. */
export const unannouncedCapabilities: Pop3Capabilities = {
  announced: false,
  stls: false,
  user: true,
  sasl: [],
  pipelining: false,
  top: false,
  loginDelay: 0,
}

/** Reads the body of CAPA's answer. Names and mechanisms in any case, unknown lines ignored. */
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
