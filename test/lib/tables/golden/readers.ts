import * as z from 'zod'
import { accountStatusSchema } from '../../../../lib/accounts/account-status.ts'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import { auditEntrySchema } from '../../../../lib/audit/audit-entry.ts'
import { testReceiptSchema } from '../../../../lib/connection-tests/test-receipts.ts'
import { DynamoCircuits } from '../../../../lib/handover/circuits/dynamo-circuits.ts'
import { destinationTokenSchema } from '../../../../lib/handover/destinations/destination.ts'
import { DynamoDestinations } from '../../../../lib/handover/destinations/destination-store.ts'
import { destinationFiguresSchema } from '../../../../lib/handover/destinations/figures.ts'
import { DynamoDeliveryLedger } from '../../../../lib/handover/ledger/delivery-ledger.ts'
import { messageSchema } from '../../../../lib/messages/message.ts'
import { UnstoredMessages } from '../../../../lib/messages/unstored/unstored-messages.ts'
import { attemptSchema, ticketSchema } from '../../../../lib/oauth2/consent/consent-store.ts'
import { ProfileStore } from '../../../../lib/oauth2/profiles/profile-store.ts'
import { ProviderStore } from '../../../../lib/oauth2/providers/provider-store.ts'
import { grantSchema } from '../../../../lib/oauth2/tokens/grant.ts'
import { OverviewStore } from '../../../../lib/overview/overview-store.ts'
import { DefaultQueueStore } from '../../../../lib/queues/default-queue.ts'
import { QueueStore } from '../../../../lib/queues/queue-store.ts'
import { SystemAddressStore } from '../../../../lib/queues/system-address-store.ts'
import { RunStore } from '../../../../lib/runs/run-store.ts'
import type { Key } from '../../../../lib/tables/items.ts'
import type { Row, Table } from '../../../../lib/tables/table.ts'
import { type TableDefinition, type TableName, tables } from '../../../../lib/tables/tables.ts'

/** How this version reads a kind of row, and how it changes it if it replaces the whole row. */
export interface Reader {
  readonly read: (table: Table, row: Row) => Promise<unknown>
  /** @returns whether the row was changed */
  readonly change?: (table: Table, row: Row) => Promise<boolean>
}

export const keyOf = (name: TableName, row: Row): Key => {
  const { partitionKey, sortKey }: TableDefinition = tables[name]
  const partition = String(row[partitionKey])
  return sortKey === undefined ? partition : [partition, String(row[sortKey])]
}

/** A kind that the version reads with this schema, and changes only attribute by attribute, or not at all. */
const parsed = (name: TableName, schema: z.ZodType): Reader => ({
  read: async (table, row) => schema.parse(await table.get(keyOf(name, row))),
})

/** A kind that the version replaces as a whole. `id` finds the stored thing, and `replace` stores its next version. */
const replaced = <Thing>(
  id: string,
  read: (table: Table, id: string) => Promise<Thing | undefined>,
  replace: (table: Table, thing: Thing) => Promise<boolean>,
): Reader => {
  const found = async (table: Table, row: Row): Promise<Thing> => {
    const thing = await read(table, String(row[id]))
    if (thing === undefined) throw new Error(`there is no row with ${id} ${String(row[id])}`)
    return thing
  }
  return { read: found, change: async (table, row) => await replace(table, await found(table, row)) }
}

const next = <Thing extends { readonly version: number }>(thing: Thing): Thing => ({
  ...thing,
  version: thing.version + 1,
})

const account = replaced(
  'accountId',
  (table, id) => new AccountStore(table).read(id),
  (table, thing) => new AccountStore(table).replace(next(thing), thing.version),
)
const destination = replaced(
  'destinationId',
  (table, id) => new DynamoDestinations(table).read(id),
  (table, thing) => new DynamoDestinations(table).replace(next(thing), thing),
)
const claim = z.object({ token: z.string(), claimedAt: z.iso.datetime() })

/** By table and kind (`kindOf`). */
export const readers: { readonly [Name in TableName]: Readonly<Record<string, Reader>> } = {
  accounts: { password: account, oauth2: account },
  mailboxClaims: {
    row: parsed('mailboxClaims', claim),
    cursor: parsed('mailboxClaims', z.object({ checkedAt: z.iso.datetime() })),
  },
  connectionTests: { row: parsed('connectionTests', testReceiptSchema) },
  accountStatus: {
    row: parsed('accountStatus', accountStatusSchema),
    cursor: parsed('accountStatus', z.object({ changedUpTo: z.iso.datetime() })),
  },
  dispatching: {
    queue: replaced(
      'queueId',
      (table, id) => new QueueStore(table).read(id),
      (table, thing) => new QueueStore(table).replace(next(thing), thing),
    ),
    'queue-name': parsed('dispatching', claim.extend({ queueId: z.string() })),
    address: replaced(
      'address',
      (table, address) => new SystemAddressStore(table).read(address),
      (table, thing) => new SystemAddressStore(table).replace(next(thing), thing.version),
    ),
    setting: replaced(
      'key',
      (table) => new DefaultQueueStore(table).read(),
      async (table, thing) => {
        await new DefaultQueueStore(table).write(thing)
        return true
      },
    ),
  },
  oauth2: {
    provider: replaced(
      'providerId',
      (table, id) => new ProviderStore(table).read(id),
      (table, thing) => new ProviderStore(table).replace(next(thing), thing.version),
    ),
    profile: replaced(
      'profileId',
      (table, id) => new ProfileStore(table).read(id),
      (table, thing) => new ProfileStore(table).replace(next(thing), thing),
    ),
    'profile-name': parsed('oauth2', claim.extend({ profileId: z.string() })),
  },
  oauthGrants: { account: parsed('oauthGrants', grantSchema) },
  consents: { ticket: parsed('consents', ticketSchema), state: parsed('consents', attemptSchema) },
  messages: { row: parsed('messages', messageSchema) },
  handover: {
    'destination-webhook': destination,
    'destination-pull': destination,
    'destination-name': parsed('handover', claim.extend({ destinationId: z.string() })),
    token: parsed('handover', destinationTokenSchema),
    circuit: replaced(
      'destinationId',
      (table, id) => new DynamoCircuits(table).read(id),
      async (table, circuit) => await new DynamoCircuits(table).takeProbe('golden', circuit, circuit.nextProbeAt),
    ),
    figures: parsed('handover', destinationFiguresSchema),
    sweep: parsed('handover', z.object({ checkedUntil: z.iso.datetime() })),
  },
  deliveries: {
    row: replaced(
      'deliveryId',
      (table, id) => new DynamoDeliveryLedger(table).read(id),
      (table, thing) => new DynamoDeliveryLedger(table).replace(thing, { ...thing, revision: thing.revision + 1 }),
    ),
  },
  openDeliveries: { row: parsed('openDeliveries', z.object({ deliveryId: z.string() })) },
  runs: {
    row: replaced(
      'runId',
      (table, id) => new RunStore(table).read(id),
      async (table, run) => {
        await new RunStore(table).save(run)
        return true
      },
    ),
  },
  overview: {
    'summary-tick': { read: (table) => new OverviewStore(table).readTick() },
    'summary-consents': parsed('overview', z.object({ writtenAt: z.iso.datetime() })),
    stored: parsed('overview', z.object({ stored: z.number() })),
    removed: parsed('overview', z.object({ expiresAt: z.number() })),
  },
  unstored: {
    row: replaced(
      'messageId',
      (table, id) => new UnstoredMessages(table).read(id),
      (table, thing) => new UnstoredMessages(table).replace(thing, thing),
    ),
  },
  conversations: { row: parsed('conversations', z.object({ lines: z.array(z.unknown()) })) },
  audit: { row: parsed('audit', auditEntrySchema) },
}
