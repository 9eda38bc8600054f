import type { RequestListener } from 'node:http'
import dynalite from 'dynalite'
import { afterEach, describe, expect, it } from 'vitest'
import { Deployment } from '../../local/assembly/deployment.ts'
import { readAssembly } from '../../local/assembly/read-assembly.ts'
import { listenOnLoopback } from '../../local/common/loopback-server.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'
import { callAwsJson } from '../../local/emulators/signed-calls/call-aws-json.ts'
import type { ServiceEndpoints } from '../../local/emulators/start-emulators.ts'
import { provisionTables } from '../../local/provisioning/tables.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'

const deployment = new Deployment(
  readAssembly(fixtureStacks),
  {},
  {
    region: 'us-east-1',
    accountId: '000000000000',
    apiUrl: 'http://127.0.0.1',
    endpoints: {} as ServiceEndpoints,
    secretArn: String,
  },
)

let stop: (() => Promise<void>) | undefined
afterEach(() => stop?.())

/** A dynalite whose new tables stay in the state `CREATING` for a while. */
const slowDynamoDb = async (createTableMs: number) => {
  const server = dynalite({ createTableMs })
  const { url, close } = await listenOnLoopback(0, server.listeners('request')[0] as RequestListener, { server })
  stop = close
  const credentials = new AccessKeys().credentials('test')
  const endpoint = { url, region: 'us-east-1', target: 'DynamoDB_20120810', version: '1.0', credentials }
  return { call: (operation: string, input: object) => callAwsJson(endpoint, operation, input) }
}

describe('the tables of the local run', () => {
  it("the local run's tables can be used as soon as they are provisioned, however long dynalite takes to create them", async () => {
    const dynamodb = await slowDynamoDb(300)
    const names = await provisionTables(deployment, dynamodb, '.local')
    expect(names).toHaveLength(2)
    for (const TableName of names) {
      await dynamodb.call('PutItem', { TableName, Item: { id: { S: '1' } } })
      const { Table } = (await dynamodb.call('DescribeTable', { TableName })) as { Table: Record<string, unknown> }
      expect(Table).toMatchObject({ TableStatus: 'ACTIVE' })
    }
  })

  it('the local run reports a table that does not become ready by its name and folder', async () => {
    const dynamodb = await slowDynamoDb(60_000)
    await expect(provisionTables(deployment, dynamodb, '.local', 50)).rejects.toThrow(
      /^The table \S+ in \.local does not become ready\. .+ choose another folder with --data DIR\.$/,
    )
  })
})
