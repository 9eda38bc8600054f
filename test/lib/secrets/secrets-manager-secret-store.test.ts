import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SecretsManagerSecretStore } from '../../../lib/secrets/secrets-manager-secret-store.ts'
import { startSecrets, type TestSecrets, testDeployment, testSecretPrefix } from '../../support/secrets.ts'

let secrets: TestSecrets
beforeAll(async () => {
  secrets = await startSecrets()
})
afterAll(() => secrets.stop())

const days = 24 * 60 * 60 * 1000
const clientsOf = ({ client }: TestSecrets) =>
  new SecretsManagerSecretStore(client, 'profile', { prefix: testSecretPrefix, deployment: testDeployment })

describe('SecretsManagerSecretStore', () => {
  it('the secret store creates a secret under its name and reads it by version', async () => {
    const version = await secrets.store.put('a1', 'pässword "1"')
    expect(await secrets.store.read('a1', version)).toBe('pässword "1"')
    const raw = await secrets.client.send(new GetSecretValueCommand({ SecretId: `${testSecretPrefix}account/a1` }))
    expect(raw.SecretString).toBe('{"password":"pässword \\"1\\""}')
  })

  it('the secret store tags each secret that it creates with its deployment', async () => {
    await secrets.store.put('tagged', 'x')
    await clientsOf(secrets).put('tagged', 'x')
    for (const kind of ['account', 'profile']) {
      const describe = new DescribeSecretCommand({ SecretId: `${testSecretPrefix}${kind}/tagged` })
      const { Tags } = await secrets.client.send(describe)
      expect(Tags).toEqual([{ Key: 'postmaster:deployment', Value: testDeployment }])
    }
  })

  it('the secret store sets its KMS key, if it has one, on new secrets, and does not change the key of an existing secret', async () => {
    const key = 'arn:aws:kms:eu-central-1:000000000000:key/1'
    const withKey = new SecretsManagerSecretStore(secrets.client, 'account', {
      prefix: testSecretPrefix,
      deployment: testDeployment,
      kmsKey: key,
    })
    await withKey.put('with-key', 'x')
    await secrets.store.put('without-key', 'x')
    await withKey.put('without-key', 'y')
    const keyOf = async (id: string) =>
      (await secrets.client.send(new DescribeSecretCommand({ SecretId: `${testSecretPrefix}account/${id}` }))).KmsKeyId
    expect(await keyOf('with-key')).toBe(key)
    expect(await keyOf('without-key')).toBeUndefined()
  })

  it('the secret store creates a new version with every put, and each version can be read', async () => {
    const first = await secrets.store.put('a2', 'one')
    const second = await secrets.store.put('a2', 'two')
    expect(second).not.toBe(first)
    expect(await secrets.store.read('a2', first)).toBe('one')
    expect(await secrets.store.read('a2', second)).toBe('two')
  })

  it('the secret store lets two simultaneous first puts both succeed', async () => {
    const versions = await Promise.all(['x', 'y'].map((password) => secrets.store.put('a3', password)))
    const read = await Promise.all(versions.map((version) => secrets.store.read('a3', version)))
    expect(read).toEqual(['x', 'y'])
  })

  it('the secret store returns undefined for a secret or version that does not exist', async () => {
    const version = await secrets.store.put('a4', 'x')
    expect(await secrets.store.read('a4', '00000000-0000-0000-0000-000000000000')).toBeUndefined()
    expect(await secrets.store.read('never', version)).toBeUndefined()
  })

  it('the secret store deletes with seven days of recovery, and deleting twice is not an error', async () => {
    const version = await secrets.store.put('a5', 'x')
    await secrets.store.deleteWithRecovery('a5')
    await secrets.store.deleteWithRecovery('a5')
    await secrets.store.deleteWithRecovery('never')
    expect(await secrets.store.read('a5', version)).toBeUndefined()
    const listed = await secrets.client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }))
    const deleted = listed.SecretList?.find(({ Name }) => Name?.endsWith('/a5'))
    expect((deleted?.DeletedDate?.getTime() ?? 0) - secrets.clock.now.getTime()).toBe(7 * days)
  })

  it('the secret store restores a secret in recovery when it is put again', async () => {
    await secrets.store.put('a6', 'before')
    await secrets.store.deleteWithRecovery('a6')
    const version = await secrets.store.put('a6', 'after')
    expect(await secrets.store.read('a6', version)).toBe('after')
  })

  it('the secret store refuses a secret of another form without quoting it', async () => {
    await secrets.store.put('a7', 'x')
    for (const text of ['hunter2 not json', '{"token":"hunter2"}', '{"password":""}']) {
      const put = new PutSecretValueCommand({ SecretId: `${testSecretPrefix}account/a7`, SecretString: text })
      const { VersionId = '' } = await secrets.client.send(put)
      const refused = await secrets.store.read('a7', VersionId).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(Error)
      expect(String(refused)).not.toContain('hunter2')
      expect((refused as Error).cause).toBeUndefined()
    }
  })

  it('the secret store lists secrets by age, in pages, but only its own and none in recovery', async () => {
    const other = await startSecrets()
    try {
      const ids = Array.from({ length: 130 }, (_, i) => `old-${i}`)
      for (const id of ids) await other.store.put(id, 'x')
      await other.store.deleteWithRecovery('old-7')
      const border = new Date(other.clock.now.getTime() + 1000)
      other.clock.now = new Date(border.getTime() + 1000)
      await other.store.put('young', 'x')
      const pages: string[][] = []
      for await (const page of other.store.ownUnchangedSince(border)) pages.push(page)
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.flat().sort()).toEqual(ids.filter((id) => id !== 'old-7').sort())
    } finally {
      await other.stop()
    }
  })
})

describe('SecretsManagerSecretStore for client secrets', () => {
  const clients = () => clientsOf(secrets)

  it('the client secret store follows the same rules, and is separate from an account with the same id', async () => {
    const password = await secrets.store.put('same', 'of the account')
    const first = await clients().put('same', 'of the profile')
    const second = await clients().put('same', 'renewed')
    expect(await clients().read('same', first)).toBe('of the profile')
    expect(await clients().read('same', second)).toBe('renewed')
    expect(await secrets.store.read('same', password)).toBe('of the account')
    const raw = await secrets.client.send(new GetSecretValueCommand({ SecretId: `${testSecretPrefix}profile/same` }))
    expect(raw.SecretString).toBe('{"clientSecret":"renewed"}')
    await clients().deleteWithRecovery('same')
    expect(await clients().read('same', second)).toBeUndefined()
    expect(await secrets.store.read('same', password)).toBe('of the account')
  })

  it('the client secret store lists only the secrets of profiles', async () => {
    await clients().put('p1', 'x')
    await secrets.store.put('not-a-profile', 'x')
    const listed: string[] = []
    const tomorrow = new Date(secrets.clock.now.getTime() + days)
    for await (const page of clients().ownUnchangedSince(tomorrow)) listed.push(...page)
    expect(listed).toContain('p1')
    expect(listed).not.toContain('not-a-profile')
  })

  it('the client secret store does not read a password as a client secret', async () => {
    const name = `${testSecretPrefix}profile/wrong`
    await clients().put('wrong', 'x')
    const put = new PutSecretValueCommand({ SecretId: name, SecretString: '{"password":"hunter2"}' })
    const { VersionId = '' } = await secrets.client.send(put)
    await expect(clients().read('wrong', VersionId)).rejects.toThrow(
      'A secret of the kind profile does not have the form {"clientSecret": …}',
    )
  })
})
