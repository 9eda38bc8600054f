import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type TableDefinition, tables } from '../../../lib/tables/tables.ts'
import type { LocalEvent, LocalStack, ServiceCall } from '../../../local/start-local.ts'
import { type CapacityPlace, unitsOf } from './capacity.ts'
import { countCall, noUsage, type Usage } from './usage.ts'

/** Records what the functions of a local run do, so that it can be counted for one piece of work at a time. */
export class Meter {
  #calls: ServiceCall[] = []
  #usage = noUsage()
  readonly #known: CapacityPlace['known'] = new Map()
  /** Every metric that the functions have sent, with its dimensions. CloudWatch charges for each. */
  readonly metrics = new Set<string>()

  readonly onServiceCall = (call: ServiceCall): void => {
    // Tests and the local run itself sign with other ids.
    if (/^[A-Z]/.test(call.accessKeyId)) this.#calls.push(call)
  }

  readonly onEvent = (event: LocalEvent): void => {
    if (event.type === 'log') {
      this.#usage.logBytes += Buffer.byteLength(event.line) + 1
      for (const metric of metricsIn(event.line)) this.metrics.add(metric)
    }
    if (event.type === 'invocation-end') {
      const name = event.functionId.replace(/[0-9A-F]{8}$/, '')
      this.#usage.invocations[name] = (this.#usage.invocations[name] ?? 0) + 1
    }
  }

  /** @returns what has been used since the last call */
  async take(local: LocalStack): Promise<Usage> {
    const [calls, usage] = [this.#calls, this.#usage]
    this.#calls = []
    this.#usage = noUsage()
    const client = new DynamoDBClient({ ...local.clientConfig, endpoint: local.endpoints.dynamodb })
    const place = placeOf(local, client, this.#known)
    for (const call of calls) {
      countCall(usage, call)
      if (call.service !== 'dynamodb') continue
      const { reads, writes } = await unitsOf(call, place)
      usage.readUnits += reads
      usage.writeUnits += writes
    }
    client.destroy()
    return usage
  }
}

const placeOf = ({ resources }: LocalStack, client: DynamoDBClient, known: CapacityPlace['known']): CapacityPlace => {
  const definitions = new Map<string, TableDefinition>()
  for (const [name, definition] of Object.entries(tables)) {
    const logical = new RegExp(`^Tables${name}[0-9A-F]{8}$`, 'i')
    const physical = Object.entries(resources).find(([id]) => logical.test(id))?.[1]
    if (physical !== undefined) definitions.set(physical, definition)
  }
  return {
    known,
    definitionOf: (name) => {
      const definition = definitions.get(name)
      if (definition === undefined) throw new Error(`There is no table ${name}.`)
      return definition
    },
    rowAt: async (TableName, Key) => {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key }))
      return Item && unmarshall(Item)
    },
  }
}

interface EmbeddedMetrics {
  readonly _aws?: {
    readonly CloudWatchMetrics?: readonly {
      readonly Dimensions: readonly string[][]
      readonly Metrics: readonly { readonly Name: string }[]
    }[]
  }
}

const metricsIn = (line: string): string[] => {
  if (!line.includes('"CloudWatchMetrics"')) return []
  const record = JSON.parse(line.slice(line.indexOf('{'))) as EmbeddedMetrics & Readonly<Record<string, unknown>>
  return (record._aws?.CloudWatchMetrics ?? []).flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => `${Name} ${names.map((name) => `${name}=${String(record[name])}`).join(' ')}`),
    ),
  )
}
