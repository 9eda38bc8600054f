import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { ApiClient } from '../../../../cli/api/client.ts'
import { startDemoStack } from '../../../../demo/demo-stack.ts'
import { startSampleAgent } from '../../../../demo/sample-agent.ts'
import { setUpSamples } from '../../../../demo/set-up.ts'
import { setUpHandover } from '../../../../demo/set-up-handover.ts'
import { narrate } from '../../../../demo/telling/narrate.ts'
import { tellConsent } from '../../../../demo/telling/tell-consent.ts'
import { TestReceipts } from '../../../../lib/connection-tests/test-receipts.ts'
import { DynamoCircuits } from '../../../../lib/handover/circuits/dynamo-circuits.ts'
import { DynamoOpenLanes } from '../../../../lib/handover/ledger/open-lanes.ts'
import { UnstoredMessages } from '../../../../lib/messages/unstored/unstored-messages.ts'
import { type Row, Table } from '../../../../lib/tables/table.ts'
import { type TableName, tableNames, tables } from '../../../../lib/tables/tables.ts'
import { assembly } from '../../../support/assembly.ts'
import { goldenFolder, kindOf } from './kinds.ts'

/**
 * Writes the golden rows again: `npm run golden-rows`. Run it only if `rowFormat` was increased, and
 * read the difference. The committed rows are those of the oldest version that can still be read, so that a test fails
 * as soon as a change makes them unreadable.
 *
 * The rows come from the demo, whose functions write them in the local run.
 */
const main = async (): Promise<void> => {
  const stack = await startDemoStack({ assembly: await assembly(), schedule: false }, () => undefined)
  try {
    const { local, mail, signIn, receiver } = stack
    const api = new ApiClient({ url: local.apiUrl, token: local.token ?? '' })
    const agent = await startSampleAgent(local.apiUrl, await setUpHandover(api, receiver), local.dataFolder)
    await narrate(api, await setUpSamples(api, mail), () => undefined)
    await tellConsent(api, mail, signIn, () => undefined)
    const client = new DynamoDBClient({ ...local.clientConfig, endpoint: local.endpoints.dynamodb })
    const physical = (name: TableName): string => {
      const found = Object.entries(local.resources).find(([id]) =>
        new RegExp(`^Tables${name}[0-9A-F]{8}$`, 'i').test(id),
      )
      if (found === undefined) throw new Error(`The local run has no table ${name}`)
      return found[1]
    }
    await rareRows(api, (name) => new Table(client, physical(name), tables[name]))
    for (const rule of ['EndGrants', 'DeliverySweep', 'ScheduleTick']) await local.fireRule(rule)
    await agent.stop()
    rmSync(goldenFolder, { recursive: true, force: true })
    for (const name of tableNames) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: physical(name) }))
      for (const item of Items) keep(name, unmarshall(item))
    }
    client.destroy()
  } finally {
    await stack.stop()
  }
}

/** Creates what the demo does not need: the kinds of row that only some deployments have. */
const rareRows = async (api: ApiClient, table: (name: TableName) => Table): Promise<void> => {
  const any = z.looseObject({})
  const queue = await api.post('/queues', { name: 'Golden' }, z.object({ queueId: z.string() }))
  await api.put('/default-queue', { queueId: queue.queueId }, '*', any)
  const [first, second] = await api.all('/accounts?limit=100', z.object({ accountId: z.string() }))
  if (first === undefined || second === undefined) throw new Error('The demo has no accounts')
  await api.post(`/accounts/${first.accountId}/fetch`, { debug: true }, any)
  await api.delete(`/accounts/${second.accountId}`, '*')
  const at = '2026-12-01T10:00:00.000Z'
  const failure = { code: 'connection-refused', detail: 'The receiver refused the connection.', remedy: 'Start it.' }
  await new DynamoCircuits(table('handover')).open('golden', failure, at, true)
  await new DynamoOpenLanes(table('openDeliveries')).add({
    lane: 'golden',
    place: `${at}#golden`,
    deliveryId: 'golden',
  })
  const waiting = { count: 3, examined: 3, bytes: 4096, largest: 2048, flaggedDeleted: 0 }
  await new TestReceipts(table('connectionTests')).put({ testId: 'golden', proof: 'proof', waiting, expiresAt: 1 })
  await new UnstoredMessages(table('unstored')).create({
    ...{ messageId: 'golden', accountId: 'golden', folder: 'INBOX', uid: '4711', size: 200_000_000 },
    ...{ state: 'quarantined', firstAt: at, lastAt: at, arrivedAt: at, revision: 1 },
    reason: { code: 'too-large', detail: 'The message is too large.', remedy: 'Increase the limit.' },
    attempts: [{ at, runId: 'golden', code: 'too-large' }],
  })
}

const rows = new Map<string, Row>()

/** Keeps the row of each kind that has the most attributes. */
const keep = (table: string, row: Row): void => {
  const path = join(table, `${kindOf(table, row)}.json`)
  const known = rows.get(path)
  if (known !== undefined && Object.keys(known).length >= Object.keys(row).length) return
  rows.set(path, row)
  mkdirSync(join(goldenFolder, table), { recursive: true })
  writeFileSync(join(goldenFolder, path), `${JSON.stringify(row, undefined, 2)}\n`)
}

await main()
