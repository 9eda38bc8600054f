import type { MessageHeader } from '../messages/message-header.ts'
import { cutTo, printable } from '../text/printable.ts'
import type { FoundQueue, QueueDirectory } from './queue-directory.ts'

interface RecipientLookup {
  /** Absent if no recipient is a valid system address. */
  readonly queue?: FoundQueue
  /** Why the queue was found, or why none was. It is a clause without a full stop. */
  readonly because: string
}

/** DynamoDB reads up to 100 keys at once. In nearly every message, one of the first addresses matches. */
const addressesPerLookup = 100

/**
 * Looks up every recipient of the header, in order, up to the first one that is a valid system address. The header
 * reader limits the number of recipients, and therefore the number of reads.
 */
export const lookUpRecipients = async (header: MessageHeader, directory: QueueDirectory): Promise<RecipientLookup> => {
  const first = new Map<string, string>()
  for (const { header: where, address } of header.recipients) if (!first.has(address)) first.set(address, where)
  const addresses = [...first.keys()]
  for (let from = 0; from < addresses.length; from += addressesPerLookup) {
    const asked = addresses.slice(from, from + addressesPerLookup)
    const queues = await directory.queuesByAddress(asked)
    for (const address of asked) {
      const queue = queues.get(address)
      if (queue)
        return { queue, because: `${first.get(address)}: ${address} is the system address of queue ${queue.name}` }
    }
  }
  return { because: missOf(addresses, header.truncated) }
}

/** The reason says what was not looked up, because it could contain a system address. */
const missOf = (addresses: readonly string[], truncated: readonly string[]): string => {
  const unread = truncated.includes('headerBlock')
  if (addresses.length === 0)
    return unread
      ? 'The part of the long header that was read does not list any recipients'
      : 'The message does not list any recipients'
  const incomplete = `No recipient that was looked up is a system address (${listOf(addresses)}), and`
  if (truncated.includes('recipients')) return `${incomplete} further recipients were not looked up`
  if (unread) return `${incomplete} the rest of the long header was not read`
  return `No recipient is a system address (looked up: ${listOf(addresses)})`
}

/** A list of messages shows the reason on one line, so it names only a few addresses. */
const namedAddresses = 3
/** In characters. */
const longestNamed = 80

const list = new Intl.ListFormat('en-GB')

const listOf = (addresses: readonly string[]): string => {
  const named = addresses.slice(0, namedAddresses).map((address) => shortened(printable(address)))
  const more = addresses.length - named.length
  return list.format(more === 0 ? named : [...named, `${more.toLocaleString('en')} more`])
}

const shortened = (address: string): string =>
  address.length > longestNamed ? `${cutTo(address, longestNamed)}…` : address
