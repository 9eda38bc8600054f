import { Resolver } from 'node:dns/promises'

/** An SRV record (RFC 2782). */
export interface ServiceRecord {
  /** A lower number is tried first. */
  readonly priority: number
  readonly weight: number
  readonly target: string
  readonly port: number
}

/**
 * Looks up the SRV records of a name such as `_imaps._tcp.example.com`. The response is not authenticated.
 * @returns no records if there are none, or if the DNS does not respond in time
 */
export type LookUpService = (name: string) => Promise<readonly ServiceRecord[]>

interface LookUpOptions {
  /** Addresses of DNS servers. By default, those of the system. */
  readonly servers?: readonly string[]
  /** Milliseconds. A person waits for the result, and can also do without it. */
  readonly longest?: number
}

export const serviceLookUp =
  ({ servers, longest = 2_000 }: LookUpOptions = {}): LookUpService =>
  async (name) => {
    const resolver = new Resolver({ timeout: longest, tries: 1 })
    if (servers) resolver.setServers(servers)
    // The timeout is for one server, and a system can have several.
    const timer = setTimeout(() => resolver.cancel(), longest)
    try {
      const records = await resolver.resolveSrv(name)
      return records.map(({ name: target, ...record }) => ({ ...record, target }))
    } catch {
      return []
    } finally {
      clearTimeout(timer)
    }
  }
