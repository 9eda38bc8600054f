import { kindQuery, type ListOptions, type ListPosition, nextOf } from '../tables/list-by-kind.ts'
import { attributesOf } from '../tables/row-format.ts'
import { versionIs } from '../tables/table.ts'
import { TableStore } from '../tables/table-store.ts'
import { addressKey, addressRowOf } from './queue-rows.ts'
import { type SystemAddress, systemAddressSchema } from './system-address.ts'

/** The index by queue also contains queues, name claims and the setting. `$` is the character after `#`. */
const addressesOnly = { key: 'key', from: 'address#', to: 'address$' }

/** Stores system addresses. The key is the comparable form of the address. */
export class SystemAddressStore extends TableStore {
  async read(address: string): Promise<SystemAddress | undefined> {
    const row = await this.table.get(addressKey(address))
    return row && systemAddressSchema.parse(row)
  }

  /** Lists the system addresses, sorted by address. */
  async list(options: ListOptions): Promise<{ addresses: SystemAddress[]; next?: ListPosition }> {
    const page = await this.table.query(kindQuery('address', options))
    return { addresses: page.rows.map((row) => systemAddressSchema.parse(row)), ...nextOf(page) }
  }

  async ofQueue(queueId: string, limit: number): Promise<SystemAddress[]> {
    const partition = ['queueId', queueId] as const
    const page = await this.table.query({ index: 'by-queue', partition, sort: addressesOnly, limit })
    const addresses = (await this.table.rowsOf(page)).map((row) => systemAddressSchema.parse(row))
    // The index is eventually consistent.
    return addresses.filter((address) => address.queueId === queueId)
  }

  /** @returns false if the address already exists */
  async create(address: SystemAddress): Promise<boolean> {
    return await this.table.put(addressRowOf(address), { text: 'attribute_not_exists(#key)' })
  }

  /** @returns false if the version is no longer `expected` */
  async replace(address: SystemAddress, expected: number): Promise<boolean> {
    return await this.table.replace(addressRowOf(address), attributesOf(systemAddressSchema), versionIs(expected))
  }

  /** @returns false if the version is no longer `expected` */
  async remove(address: string, expected: number): Promise<boolean> {
    return await this.table.delete(addressKey(address), versionIs(expected))
  }
}
