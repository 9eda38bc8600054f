import { marshall } from '@aws-sdk/util-dynamodb'
import { describe, expect, it } from 'vitest'
import type { TableDefinition } from '../../../lib/tables/tables.ts'
import type { ServiceCall } from '../../../local/start-local.ts'
import { billOf, type Load } from './bill.ts'
import { type CapacityPlace, unitsOf } from './capacity.ts'
import type { Measured } from './measure.ts'
import { billTable } from './report.ts'
import { fixedOf } from './templates.ts'
import { countCall, noUsage, totalOf, usagePer } from './usage.ts'

const call = (operation: string, input: object, service: ServiceCall['service'] = 'dynamodb'): ServiceCall => ({
  service,
  accessKeyId: 'FetchingFunction26F33F6B',
  method: 'POST',
  path: '/',
  headers: {},
  operation,
  body: Buffer.from(JSON.stringify(input)),
})

const definition: TableDefinition = {
  partitionKey: 'id',
  indexes: {
    due: { partitionKey: 'bucket', sortKey: 'dueAt', projection: 'keys' },
    named: { partitionKey: 'kind', sortKey: 'name', projection: ['comment'] },
  },
}

describe('the capacity units of a call', () => {
  const rows = new Map<string, Record<string, unknown>>()
  const place: CapacityPlace = {
    known: new Map(),
    definitionOf: () => definition,
    rowAt: async (_, key) => rows.get(key.id?.S ?? ''),
  }
  const written = async (operation: string, row: Record<string, unknown>) => {
    rows.set(String(row.id), row)
    const input = operation === 'PutItem' ? { Item: marshall(row) } : { Key: marshall({ id: row.id }) }
    return (await unitsOf(call(operation, { TableName: 'T', ...input }), place)).writes
  }

  it('a write costs one unit for each KB, and more for each index whose entry changes', async () => {
    const row = { id: 'a', bucket: 'b', dueAt: '1', kind: 'k', name: 'n', comment: '' }
    expect(await written('PutItem', row)).toBe(3)
    expect(await written('PutItem', row)).toBe(1)
    expect(await written('UpdateItem', { ...row, dueAt: '2' })).toBe(3)
    expect(await written('UpdateItem', { ...row, dueAt: '2', comment: 'new' })).toBe(2)
    expect(await written('UpdateItem', { id: 'a', kind: 'k', name: 'n', comment: 'new' })).toBe(2)
    expect(await written('PutItem', { id: 'b', text: 'x'.repeat(3000) })).toBe(3)
  })

  it('a read costs half a unit, and one with strong consistency, for each row', async () => {
    expect(await unitsOf(call('GetItem', { TableName: 'T', Key: marshall({ id: 'a' }) }), place)).toEqual({
      reads: 0.5,
      writes: 0,
    })
    expect(await unitsOf(call('Query', { TableName: 'T', ConsistentRead: true }), place)).toEqual({
      reads: 1,
      writes: 0,
    })
    const Keys = [marshall({ id: 'a' }), marshall({ id: 'b' })]
    expect(await unitsOf(call('BatchGetItem', { RequestItems: { T: { Keys } } }), place)).toEqual({
      reads: 1,
      writes: 0,
    })
    await expect(unitsOf(call('TransactWriteItems', {}), place)).rejects.toThrow(
      'The costs of TransactWriteItems are not known.',
    )
  })
})

describe('the bill of a month', () => {
  it('calls are counted by what AWS charges for', () => {
    const usage = noUsage()
    for (const [operation, service] of [
      ['GetSecretValue', 'secretsmanager'],
      ['Decrypt', 'kms'],
      ['SendMessageBatch', 'messaging'],
      ['ReceiveMessage', 'messaging'],
    ] as const)
      countCall(usage, call(operation, {}, service))
    countCall(usage, {
      ...call('', {}, 'messaging'),
      operation: undefined,
      body: Buffer.from('Action=Publish&TopicArn=a'),
    })
    countCall(usage, { ...call('', {}, 's3'), method: 'PUT' })
    countCall(usage, { ...call('', {}, 's3'), method: 'GET' })
    expect(usage).toEqual({
      ...noUsage(),
      secretReads: 1,
      kmsRequests: 1,
      sqsSends: 1,
      snsPublishes: 1,
      s3Writes: 1,
      s3Reads: 1,
    })
  })

  it('usage is divided among pieces of work and added up again', () => {
    const base = { ...noUsage(), writeUnits: 2, invocations: { A: 1 } }
    const all = { ...noUsage(), writeUnits: 22, invocations: { A: 1, B: 20 } }
    const one = usagePer(all, base, 1, 20)
    expect(one).toEqual({ ...noUsage(), writeUnits: 1, invocations: { A: 0, B: 1 } })
    expect(
      totalOf([
        [base, 10],
        [one, 100],
      ]),
    ).toEqual({ ...noUsage(), writeUnits: 120, invocations: { A: 10, B: 100 } })
  })

  const nothing = noUsage()
  const measured: Measured = {
    tick: nothing,
    sweep: nothing,
    endGrants: nothing,
    secretSweep: nothing,
    poll: { ...nothing, secretReads: 1, writeUnits: 10, invocations: { FetchingFunction: 1 } },
    tokenPoll: { ...nothing, kmsRequests: 1, writeUnits: 10, invocations: { FetchingFunction: 1 } },
    message: { ...nothing, s3Writes: 1 },
    delivery: nothing,
    metrics: { always: 20, perDestination: 5 },
  }
  const load: Load = { accounts: 1000, messages: 100, messageSize: 75, tickMinutes: 10, tokens: false, destinations: 0 }
  const fixed = { alarmMetrics: 10, dashboards: 1 }

  it('a month has 4,380 fetches of each account, and each costs what it uses', () => {
    const { lines, total } = billOf(measured, load, fixed)
    expect(lines['Secrets Manager']).toBeCloseTo(1000 * 0.4 + 4_380_000 * 0.000_005, 5)
    expect(lines.S3).toBeGreaterThan(100_000 * 0.000_005)
    expect(lines.CloudWatch).toBeGreaterThan(20 * 0.3 + 10 * 0.1 + 3)
    expect(total).toBeCloseTo(
      Object.values(lines).reduce((sum, one) => sum + one),
      8,
    )
    expect(billTable([{ accounts: 1000, bill: { lines, total } }])).toContain('| Secrets Manager | 422 |')
  })

  it('OAuth2 replaces the passwords, and longer intervals lower what each fetch costs', () => {
    const passwords = billOf(measured, load, fixed)
    expect(billOf(measured, { ...load, tokens: true }, fixed).lines['Secrets Manager']).toBe(0.4)
    const seldom = billOf(measured, { ...load, tickMinutes: 20 }, fixed)
    expect(seldom.lines.DynamoDB).toBeLessThan(passwords.lines.DynamoDB ?? 0)
    expect(seldom.total).toBeLessThan(passwords.total)
  })

  it('an alarm on an expression counts as the metrics that it reads', () => {
    const alarm = (Properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties })
    const Resources = {
      A: alarm({ MetricName: 'Errors' }),
      B: alarm({ Metrics: [{ Expression: 'a/b' }, { MetricStat: {} }, { MetricStat: {} }] }),
      C: { Type: 'AWS::CloudWatch::Dashboard' },
    }
    expect(fixedOf(JSON.stringify({ Resources }))).toEqual({ alarmMetrics: 3, dashboards: 1 })
  })
})
