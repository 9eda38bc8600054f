import { randomUUID } from 'node:crypto'
import type { Table } from '../tables/table.ts'
import {
  comparableName,
  type NameClaim,
  nameClaimSchema,
  queueKey,
  queueNameKey,
  queueOfRow,
} from './dispatching-rows.ts'
import { builtInQueue } from './queue.ts'

/**
 * Milliseconds for which a claim stands without its queue: API Gateway ends a request after 30 s, so whoever claimed
 * the name has written the queue by then or never will.
 */
const claimPatience = 60_000
/** Each round lost means that another request took or freed the name in between. */
const rounds = 3

/** Makes queue names unique without transactions: a claim row is written before the queue row that bears the name. */
export class QueueNameClaims {
  readonly #table: Table
  readonly #now: () => Date

  constructor(table: Table, now: () => Date) {
    this.#table = table
    this.#now = now
  }

  /**
   * Resolves to false when another queue bears the name or is about to. Whoever fails afterwards leaves the claim
   * standing: giving it back could hit a later holder, and without its queue it lapses by itself.
   */
  async take(name: string, queueId: string): Promise<boolean> {
    if (comparableName(name) === comparableName(builtInQueue.name)) return false
    const now = this.#now()
    const claim: NameClaim = {
      key: queueNameKey(name),
      queueId,
      token: randomUUID(),
      claimedAt: now.toISOString(),
    }
    for (let round = 0; round < rounds; round += 1) {
      if (await this.#table.put({ ...claim }, { text: 'attribute_not_exists(#key)' })) return true
      const standing = await this.read(name)
      if (!standing) continue
      if (standing.queueId !== queueId && (await this.#stands(standing, name, now))) return false
      const unchanged = { text: '#token = :token', values: { token: standing.token } }
      if (await this.#table.put({ ...claim }, unchanged)) return true
    }
    return false
  }

  async read(name: string): Promise<NameClaim | undefined> {
    const row = await this.#table.get(queueNameKey(name))
    return row && nameClaimSchema.parse(row)
  }

  /** Does nothing when the claim was taken anew since it was read. */
  async release(claim: NameClaim): Promise<void> {
    await this.#table.delete(claim.key, { text: '#token = :token', values: { token: claim.token } })
  }

  async #stands(claim: NameClaim, name: string, now: Date): Promise<boolean> {
    if (now.getTime() - Date.parse(claim.claimedAt) < claimPatience) return true
    const holder = await this.#table.get(queueKey(claim.queueId))
    return holder !== undefined && comparableName(queueOfRow(holder).name) === comparableName(name)
  }
}
