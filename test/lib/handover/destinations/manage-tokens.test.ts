import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditReader } from '../../../../lib/audit/audit-reader.ts'
import { createDestination } from '../../../../lib/handover/destinations/manage-destinations.ts'
import {
  createToken,
  listTokens,
  mostTokens,
  revokeToken,
} from '../../../../lib/handover/destinations/manage-tokens.ts'
import { actor } from '../../../support/actor.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { destinationServicesOver } from '../../../support/handover/destination-world.ts'

let tables: TestTables
let clock: { now: Date }
let services: ReturnType<typeof destinationServicesOver>
let destinationId: string
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  await tables.clear()
  clock = { now: new Date('2026-03-01T10:00:00.000Z') }
  services = destinationServicesOver(tables, clock)
  destinationId = (await createDestination(services, { name: 'OTOBO', kind: 'pull' }, actor('anna'))).view.destinationId
})

const create = async (comment = '') => {
  clock.now = new Date(clock.now.getTime() + 1)
  return await createToken(services, destinationId, { comment }, actor('anna'))
}

describe('the tokens of a destination', () => {
  test('a token is found by its text, and the table contains only its hash', async () => {
    const { token, tokenId } = await create('agent')
    expect(token).toMatch(/^pmt_[A-Za-z0-9_-]{43}$/)
    expect(await services.tokens.find(token)).toMatchObject({ tokenId, destinationId, comment: 'agent' })
    const { Items } = await tables.client.send(new ScanCommand({ TableName: tables.tableName('handover') }))
    expect(JSON.stringify(Items)).not.toContain(token.slice(4))
  })

  test.each(['', 'pmt_', 'pmt_short', `pmt_${'x'.repeat(43)}`, `${'x'.repeat(47)}`, `pmt_${'x'.repeat(5000)}`])(
    'the text %j is not a token',
    async (text) => {
      expect(await services.tokens.find(text)).toBeUndefined()
    },
  )

  test('a revoked token is no longer found, and the others still are', async () => {
    const [first, second] = [await create('first'), await create('second')]
    await revokeToken(services, { destinationId, tokenId: first.tokenId }, actor('bert'))
    expect(await services.tokens.find(first.token)).toBeUndefined()
    expect(await services.tokens.find(second.token)).toBeDefined()
    expect((await listTokens(services, destinationId)).map(({ comment }) => comment)).toEqual(['second'])
  })

  test('tokens of another destination are neither listed nor revoked', async () => {
    const { tokenId } = await create()
    const other = await createDestination(services, { name: 'Other', kind: 'pull' }, actor('anna'))
    expect(await listTokens(services, other.view.destinationId)).toEqual([])
    const revoked = revokeToken(services, { destinationId: other.view.destinationId, tokenId }, actor('bert'))
    await expect(revoked).rejects.toMatchObject({ code: 'not-found' })
  })

  test(`a destination has at most ${mostTokens} tokens`, async () => {
    for (let i = 0; i < mostTokens; i += 1) await create()
    await expect(create()).rejects.toMatchObject({
      code: 'too-many-tokens',
      message: `OTOBO already has ${mostTokens} tokens.`,
    })
  })

  test('the use of a token is recorded at most once a minute, and never for a revoked token', async () => {
    const { token, tokenId } = await create()
    const found = await services.tokens.find(token)
    if (!found) throw new Error('The token was not found')
    const agent = { version: '1.0.0', host: 'otobo01' }
    await services.tokens.markUsed(found, agent, '2026-03-01T11:00:00.000Z')
    await services.tokens.markUsed(found, { ...agent, host: 'other' }, '2026-03-01T11:00:59.000Z')
    expect(await listTokens(services, destinationId)).toMatchObject([{ lastUsedAt: '2026-03-01T11:00:00.000Z', agent }])
    await services.tokens.markUsed(found, undefined, '2026-03-01T11:01:01.000Z')
    expect(await listTokens(services, destinationId)).toMatchObject([{ lastUsedAt: '2026-03-01T11:01:01.000Z', agent }])
    await revokeToken(services, { destinationId, tokenId }, actor('bert'))
    await services.tokens.markUsed(found, agent, '2026-03-01T12:00:00.000Z')
    expect(await services.tokens.find(token)).toBeUndefined()
  })

  test('the audit trail records the creation and revocation of a token without the token', async () => {
    const { token, tokenId } = await create('agent')
    await revokeToken(services, { destinationId, tokenId }, actor('bert'))
    const { entries } = await new AuditReader(tables.table('audit')).list({ limit: 2 })
    expect(entries.map(({ action, subject, name, who, outcome }) => [action, subject, name, who, outcome])).toEqual([
      ['delete', `/destinations/${destinationId}/tokens/${tokenId}`, 'token of OTOBO', 'bert', 'made'],
      ['create', `/destinations/${destinationId}/tokens/${tokenId}`, 'token of OTOBO', 'anna', 'made'],
    ])
    expect(JSON.stringify(entries)).not.toContain(token)
  })
})
