import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type SecretsManager,
  startSecretsManager,
} from '../../local/emulators/secrets-manager/start-secrets-manager.ts'
import { AccessKeys } from '../../local/emulators/signed-calls/access-keys.ts'
import { temporaryFolder } from './support/fixture-assembly.ts'

const day = 86_400_000
let folder: string
let server: SecretsManager
let client: SecretsManagerClient
let now = Date.now()

async function start(): Promise<void> {
  const arnPrefix = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:'
  const keys = new AccessKeys()
  server = await startSecretsManager({ folder, arnPrefix, now: () => new Date(now), access: { keys } })
  client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: keys.credentials('test'),
  })
}

beforeEach(async () => {
  now = Date.now()
  folder = temporaryFolder()
  await start()
})
afterEach(async () => {
  client.destroy()
  await server.close()
  rmSync(folder, { recursive: true })
})

const create = (Name: string, SecretString = 'one') => client.send(new CreateSecretCommand({ Name, SecretString }))
const get = (SecretId: string | undefined, more: { VersionId?: string | undefined; VersionStage?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId, ...more }))

describe('the Secrets Manager emulator', () => {
  it('the Secrets Manager emulator finds a secret by name, ARN, and ARN without its suffix', async () => {
    const { ARN = '' } = await create('mail/a')
    expect(ARN).toMatch(/:secret:mail\/a-[A-Za-z0-9]{6}$/)
    for (const id of ['mail/a', ARN, ARN.slice(0, -7)]) expect((await get(id)).SecretString).toBe('one')
    await expect(get(`${ARN.slice(0, -6)}XXXXXX`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('the Secrets Manager emulator distinguishes versions by id and stage, and moves AWSPREVIOUS', async () => {
    const first = await create('a')
    const second = await client.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'two' }))
    const third = await client.send(new UpdateSecretCommand({ SecretId: 'a', SecretBinary: new Uint8Array([0, 255]) }))
    expect((await get('a', { VersionId: first.VersionId })).SecretString).toBe('one')
    expect((await get('a', { VersionStage: 'AWSPREVIOUS' })).VersionId).toBe(second.VersionId)
    expect((await get('a')).SecretBinary).toEqual(new Uint8Array([0, 255]))
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'a' }))
    expect(VersionIdsToStages).toEqual({
      [second.VersionId ?? '']: ['AWSPREVIOUS'],
      [third.VersionId ?? '']: ['AWSCURRENT'],
    })
    const listed = (IncludeDeprecated: boolean) =>
      client.send(new ListSecretVersionIdsCommand({ SecretId: 'a', IncludeDeprecated }))
    expect((await listed(false)).Versions).toHaveLength(2)
    expect((await listed(true)).Versions).toHaveLength(3)
    await expect(get('a', { VersionId: '00000000-0000-0000-0000-000000000000' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('the Secrets Manager emulator leaves the current version unchanged if a new version has another stage', async () => {
    await create('a')
    await client.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'two', VersionStages: ['PENDING'] }))
    expect((await get('a')).SecretString).toBe('one')
    expect((await get('a', { VersionStage: 'PENDING' })).SecretString).toBe('two')
  })

  it('the Secrets Manager emulator treats a repetition with the same token as the same change, and refuses another value with it', async () => {
    const ClientRequestToken = '11111111-1111-1111-1111-111111111111'
    const input = { Name: 'a', SecretString: 'one', ClientRequestToken }
    const first = await client.send(new CreateSecretCommand(input))
    expect((await client.send(new CreateSecretCommand(input))).ARN).toBe(first.ARN)
    const other = new PutSecretValueCommand({ SecretId: 'a', SecretString: 'two', ClientRequestToken })
    await expect(client.send(other)).rejects.toMatchObject({ name: 'ResourceExistsException' })
    await expect(create('a')).rejects.toMatchObject({ name: 'ResourceExistsException' })
  })

  it('the Secrets Manager emulator hides a deleted secret during its recovery window, restores it, and removes it afterwards', async () => {
    const { ARN } = await create('a')
    const deleted = await client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }))
    expect(deleted.DeletionDate?.getTime()).toBeCloseTo(now + 7 * day, -3)
    await expect(get('a')).rejects.toMatchObject({ name: 'InvalidRequestException' })
    await expect(create('a')).rejects.toMatchObject({ name: 'InvalidRequestException' })
    expect((await client.send(new ListSecretsCommand({}))).SecretList).toEqual([])
    expect((await client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))).SecretList).toHaveLength(1)

    await client.send(new RestoreSecretCommand({ SecretId: ARN }))
    expect((await get('a')).SecretString).toBe('one')

    await client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }))
    now += 7 * day + 1
    await expect(get('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(client.send(new RestoreSecretCommand({ SecretId: 'a' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    expect((await create('a')).ARN).not.toBe(ARN)
  })

  it('the Secrets Manager emulator deletes immediately if forced, and refuses a recovery window that AWS does not allow', async () => {
    await create('a')
    await expect(
      client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 3 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await client.send(new DeleteSecretCommand({ SecretId: 'a', ForceDeleteWithoutRecovery: true }))
    await expect(get('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('the Secrets Manager emulator lists by name prefix, description and tags, in pages, and reads many secrets at once', async () => {
    for (const name of ['mail/1', 'mail/2', 'mail/3', 'other']) await create(name)
    await client.send(new UpdateSecretCommand({ SecretId: 'mail/1', Description: 'The first one' }))
    await client.send(new TagResourceCommand({ SecretId: 'mail/2', Tags: [{ Key: 'team', Value: 'desk' }] }))
    const names = async (Key: 'name' | 'description' | 'tag-key' | 'tag-value', ...Values: string[]) =>
      (await client.send(new ListSecretsCommand({ Filters: [{ Key, Values }] }))).SecretList?.map(
        (one) => one.Name,
      ).sort()
    expect(await names('name', 'mail/')).toEqual(['mail/1', 'mail/2', 'mail/3'])
    expect(await names('name', '!mail/')).toEqual(['other'])
    expect(await names('description', 'the')).toEqual(['mail/1'])
    expect(await names('tag-value', 'desk')).toEqual(['mail/2'])
    await client.send(new UntagResourceCommand({ SecretId: 'mail/2', TagKeys: ['team'] }))
    expect(await names('tag-key', 'team')).toEqual([])

    const seen: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = await client.send(new ListSecretsCommand({ MaxResults: 3, NextToken }))
      seen.push(...(page.SecretList ?? []).map((one) => one.Name))
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    expect(seen.sort()).toEqual(['mail/1', 'mail/2', 'mail/3', 'other'])

    const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['mail/1', 'gone', 'other'] }))
    expect(batch.SecretValues?.map((one) => one.Name)).toEqual(['mail/1', 'other'])
    expect(batch.Errors).toMatchObject([{ SecretId: 'gone', ErrorCode: 'ResourceNotFoundException' }])
  })

  it('the Secrets Manager emulator matches tag keys and tag values by prefix, each with any of the tags', async () => {
    const tagged = (Name: string, tags: Record<string, string>) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
      return client.send(new CreateSecretCommand({ Name, SecretString: 'x', Tags }))
    }
    await tagged('exact', { 'app:deployment': 'abc' })
    await tagged('longer-value', { 'app:deployment': 'abcd' })
    await tagged('longer-key', { 'app:deployment-of': 'abc' })
    await tagged('crossed', { 'app:deployment': 'other', note: 'abc' })
    await tagged('other-case', { 'App:Deployment': 'abc' })
    await tagged('other', { 'app:deployment': 'xyz' })
    await create('untagged')
    const names = async (...filters: ['tag-key' | 'tag-value', string][]) => {
      const Filters = filters.map(([Key, value]) => ({ Key, Values: [value] }))
      const { SecretList = [] } = await client.send(new ListSecretsCommand({ Filters }))
      return SecretList.map((one) => one.Name).sort()
    }
    expect(await names(['tag-key', 'app:deployment'], ['tag-value', 'abc'])).toEqual([
      'crossed',
      'exact',
      'longer-key',
      'longer-value',
    ])
    expect(await names(['tag-key', '!app:deployment'])).toEqual(['other-case', 'untagged'])
    expect(await names(['tag-key', 'app:deployment'], ['tag-value', '!abc'])).toEqual(['other'])
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: 'exact' }))
    expect(Tags).toEqual([{ Key: 'app:deployment', Value: 'abc' }])
  })

  it('the Secrets Manager emulator counts a new tag and a new version as a change, but not reading', async () => {
    await create('a')
    const created = now
    const changed = async () => {
      const { SecretList = [] } = await client.send(new ListSecretsCommand({}))
      return SecretList[0]?.LastChangedDate?.getTime()
    }
    now += day
    await get('a')
    expect(await changed()).toBe(created)
    await client.send(new TagResourceCommand({ SecretId: 'a', Tags: [{ Key: 'k', Value: 'v' }] }))
    expect(await changed()).toBe(now)
    now += day
    await client.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'two' }))
    expect(await changed()).toBe(now)
    now += day
    await client.send(new UntagResourceCommand({ SecretId: 'a', TagKeys: ['k'] }))
    expect(await changed()).toBe(now)
  })

  it.each([
    [
      'a filter with a character that AWS refuses',
      new ListSecretsCommand({ Filters: [{ Key: 'tag-value', Values: ['a*'] }] }),
    ],
    ['a tag whose key AWS reserves', new CreateSecretCommand({ Name: 'a', Tags: [{ Key: 'aws:x', Value: 'y' }] })],
    [
      'a tag with a character that AWS refuses',
      new CreateSecretCommand({ Name: 'a', Tags: [{ Key: 'a*', Value: 'y' }] }),
    ],
  ])('the Secrets Manager emulator refuses %s', async (_, command) => {
    await expect(client.send(command as CreateSecretCommand)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  it('the Secrets Manager emulator keeps everything in one file of mode 0600 across a restart', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, at) => create(`many/${at}`, `value ${at}`)))
    const file = join(folder, 'secrets.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8')).secrets).toHaveLength(30)
    await server.close()
    await start()
    expect((await get('many/29')).SecretString).toBe('value 29')
  })

  it('the Secrets Manager emulator refuses unsupported operations, and its errors contain no values', async () => {
    await expect(client.send(new RotateSecretCommand({ SecretId: 'a' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    })
    const failure = await create('bad name', 'do not print me').catch((error: Error) => error)
    expect(failure).toMatchObject({ name: 'InvalidParameterException', message: expect.stringContaining('Name') })
    expect(String(failure)).not.toContain('do not print me')
  })
})
