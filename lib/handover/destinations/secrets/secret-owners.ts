import type { Table } from '../../../tables/table.ts'
import { DynamoDestinations } from '../destination-store.ts'
import { ownerOfSecret } from './destination-secrets.ts'

/** The destinations that secrets belong to. The sweep deletes secrets whose destination does not exist. */
export class DestinationSecretOwners {
  readonly #destinations: DynamoDestinations

  constructor(handover: Table) {
    this.#destinations = new DynamoDestinations(handover)
  }

  /** @returns the ids of the secrets whose destination exists */
  async existing(secretIds: readonly string[]): Promise<Set<string>> {
    const existing = await this.#destinations.existing([...new Set(secretIds.map(ownerOfSecret))])
    return new Set(secretIds.filter((secretId) => existing.has(ownerOfSecret(secretId))))
  }
}
