import {
  CreateSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const dayMs = 24 * 60 * 60 * 1000
const password = 'Sweep-Password 4d1a'
/** The last part of the stack's id in the local run. */
const deployment = 'local'

/** The number of milliseconds by which the services' clock is behind. */
let behindMs = 0
let server: MailServer
let stack: TestStack
let client: SecretsManagerClient

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'user', password }] })
  stack = await startStack({
    servers: [server],
    now: () => new Date(Date.now() - behindMs),
  })
  client = new SecretsManagerClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.secretsManager })
}, assemblyLimitMs)
afterAll(async () => {
  client?.destroy()
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const names = async (): Promise<string[]> => {
  const { SecretList = [] } = await client.send(new ListSecretsCommand({ MaxResults: 100 }))
  return SecretList.map(({ Name = '' }) => Name).filter((name) => name.startsWith('postmaster/'))
}
/** Creates secrets, two days ago, for accounts that do not exist. */
const oldOrphans = async (ids: string[], tag: string | undefined) => {
  behindMs = 2 * dayMs
  for (const id of ids) {
    const Tags = tag === undefined ? [] : [{ Key: 'postmaster:deployment', Value: tag }]
    await client.send(new CreateSecretCommand({ Name: `postmaster/account/${id}`, SecretString: '{}', Tags }))
  }
  behindMs = 0
}

describe('the daily sweep in the local run', { timeout: 60_000 }, () => {
  it('the secret sweep recognises secrets that the API created, and leaves those of other deployments unchanged', async () => {
    const { accountId } = await stack.api.createAccount({ ...accountOn(server, 'IMAPS', 'user'), password })
    const name = `postmaster/account/${accountId}`
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: name }))
    expect(Tags).toEqual([{ Key: 'postmaster:deployment', Value: deployment }])

    await oldOrphans(['own-1', 'own-2'], deployment)
    await oldOrphans(['of-another'], '1f6d3c10-cc11-11f0-9d2e-0a58a9feac02')
    await oldOrphans(['of-an-older-version'], undefined)
    const [outcome] = await stack.local.fireRule('SecretSweepDaily')
    expect(outcome).toMatchObject({
      status: 'ok',
      payload: [
        { kind: 'account', outcome: 'swept', checked: 2, orphans: 2, deleted: 2 },
        { kind: 'profile', outcome: 'swept', checked: 0, orphans: 0, deleted: 0 },
        { kind: 'destination', outcome: 'swept', checked: 0, orphans: 0, deleted: 0 },
      ],
    })
    expect((await names()).sort()).toEqual(
      [name, 'postmaster/account/of-another', 'postmaster/account/of-an-older-version'].sort(),
    )
  })

  it('the secret sweep stops if it would delete too many secrets, and continues if an operator confirms their number', async () => {
    const lost = Array.from({ length: 8 }, (_, i) => `lost-${i}`)
    const others = ['profile', 'destination'].map((kind) => ({ kind, outcome: 'swept', deleted: 0 }))
    await oldOrphans(lost, deployment)
    const before = await names()
    expect(await stack.local.fireRule('SecretSweepDaily')).toMatchObject([
      { status: 'ok', payload: [{ outcome: 'too-many', orphans: 8, deleted: 0 }, ...others] },
    ])
    expect(await names()).toEqual(before)
    expect(await stack.local.invoke('SecretSweepFunction', { confirmOrphans: { account: 8 } })).toMatchObject({
      status: 'ok',
      payload: [{ outcome: 'swept', orphans: 8, deleted: 8 }, ...others],
    })
    expect(await names()).toHaveLength(before.length - 8)
  })

  it('the functions that set, read and sweep secrets need exactly these permissions of their roles', async () => {
    const { api } = stack
    const [created = ''] = (await names()).filter((name) => !name.includes('/of-an'))
    const accountId = created.replace('postmaster/account/', '')
    const path = `/accounts/${accountId}`
    await api.good('PATCH', path, { body: { password }, ifMatch: '*' })
    expect((await api.ended(await api.fetchNow(accountId))).state).toBe('done')
    expect((await api.send('POST', `${path}/test`, {})).status).toBe(200)
    expect((await api.send('DELETE', path, { ifMatch: '*' })).status).toBe(204)
    await stack.settled()

    const used = new Set(
      stack.local
        .grantUses()
        .filter((grant) => grant.used && grant.action.startsWith('secretsmanager:'))
        .map(({ functionId, action }) => `${functionId.replace(/[0-9A-F]{8}$/, '')} ${action.split(':')[1]}`),
    )
    expect([...used]).toEqual(
      expect.arrayContaining([
        ...['CreateSecret', 'PutSecretValue', 'DeleteSecret'].map((action) => `ApiAccounts ${action}`),
        'ApiConnectionTest GetSecretValue',
        'FetchingFunction GetSecretValue',
        ...['ListSecrets', 'DeleteSecret'].map((action) => `SecretSweepFunction ${action}`),
      ]),
    )
  })
})
