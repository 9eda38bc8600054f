import { systemAddressViewSchema } from '../../../lib/queues/system-address.ts'
import type { ApiClient } from '../client.ts'
import { tolerant } from '../tolerant.ts'
import { choose, type Kind } from './choose.ts'

const kind: Kind = {
  singular: 'system address',
  plural: 'system addresses',
  remedy: 'See `postmaster addresses list`.',
}

/** @param text a full address, which is not looked up, or the part before the `@` */
export const systemAddressOf = async (api: ApiClient, text: string): Promise<string> => {
  if (text.includes('@')) return text
  const addresses = await api.all('/system-addresses?limit=100', tolerant(systemAddressViewSchema))
  return choose(
    addresses.map(({ address }) => ({ id: address, names: [address] })),
    text,
    kind,
  ).id
}
