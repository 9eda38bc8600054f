import { CreateSecretCommand, TagResourceCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { secretVersionOf } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { liveSecrets, secretDeployment } from '../../support/secret-deployments.ts'
import { startSecrets, type TestSecrets } from '../../support/secrets.ts'

const first = '1f6d3c10-cc11-11f0-9d2e-0a58a9feac02'
const second = '9b2f7e40-cc1d-11f0-8c55-0e4f1c7a9b31'

let secrets: TestSecrets
let tables: TestTables
let otherTables: TestTables

beforeEach(async () => {
  ;[secrets, tables, otherTables] = await Promise.all([startSecrets(), startTables(), startTables()])
})
afterEach(async () => {
  await Promise.all([secrets.stop(), tables.stop(), otherTables.stop()])
})

const ids = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind}-${i}`)
const passDays = (days: number) => {
  secrets.clock.now = new Date(secrets.clock.now.getTime() + days * 24 * 60 * 60 * 1000 + 1)
}

describe('the secret sweep after a deployment was destroyed and deployed again', () => {
  it('the secret sweep leaves the secrets of the previous deployment unchanged, however few they are', async () => {
    const before = secretDeployment(first, tables, secrets)
    for (const id of ids('account', 3)) await before.addAccount(id)
    await before.addProfile('profile-0')
    passDays(2)
    const live = await liveSecrets(secrets)
    expect(await secretDeployment(second, otherTables, secrets).sweep()).toEqual([
      'account: swept, 0 of 0 orphans among 0',
      'profile: swept, 0 of 0 orphans among 0',
    ])
    expect(await liveSecrets(secrets)).toEqual(live)
  })

  it('the secret sweep leaves earlier secrets unchanged even if the new deployment uses them with restored tables and loses an account', async () => {
    const before = secretDeployment(first, tables, secrets)
    const row = await before.addAccount('account-0')
    passDays(2)
    const again = secretDeployment(second, otherTables, secrets)
    await otherTables.table('accounts').put(row)
    const newVersion = await again.passwords.put('account-0', 'changed after the restore')
    expect(await again.passwords.read('account-0', secretVersionOf(row))).toBe('password of account-0')
    expect(await again.passwords.read('account-0', newVersion)).toBe('changed after the restore')
    await again.loseAccount('account-0')
    passDays(2)
    await again.sweep()
    expect(await liveSecrets(secrets)).toEqual(['postmaster/account/account-0'])
    // An admin's deletion removes a secret regardless of which deployment created it.
    await again.passwords.deleteWithRecovery('account-0')
    expect(await liveSecrets(secrets)).toEqual([])
  })
})

describe('the secret sweep with two deployments in one region', () => {
  it('the secret sweep removes the orphans of its own deployment, but no secret of the other deployment', async () => {
    const one = secretDeployment(first, tables, secrets)
    const two = secretDeployment(second, otherTables, secrets)
    for (const id of ['one-a', 'one-orphan']) await one.addAccount(id)
    for (const id of ['two-a', 'two-orphan']) await two.addAccount(id)
    await two.addProfile('two-p')
    await one.loseAccount('one-orphan')
    await two.loseAccount('two-orphan')
    passDays(2)
    await one.sweep()
    expect(await liveSecrets(secrets)).toEqual([
      'postmaster/account/one-a',
      'postmaster/account/two-a',
      'postmaster/account/two-orphan',
      'postmaster/profile/two-p',
    ])
    await two.sweep()
    expect(await liveSecrets(secrets)).toEqual([
      'postmaster/account/one-a',
      'postmaster/account/two-a',
      'postmaster/profile/two-p',
    ])
  })

  it('the secret sweep compares the whole tag, although ListSecrets compares only its beginning', async () => {
    const short = secretDeployment(first, tables, secrets)
    const long = secretDeployment(`${first}-and-more`, otherTables, secrets)
    await long.addAccount('of-the-longer-id')
    passDays(2)
    await short.sweep()
    expect(await liveSecrets(secrets)).toEqual(['postmaster/account/of-the-longer-id'])
  })

  it('the secret sweep requires key and value in the same tag', async () => {
    const Tags = [
      { Key: 'postmaster:deployment', Value: second },
      { Key: 'copied-from', Value: first },
      { Key: 'postmaster:deployment-before', Value: first },
    ]
    await secrets.client.send(new CreateSecretCommand({ Name: 'postmaster/account/a', SecretString: '{}', Tags }))
    passDays(2)
    await secretDeployment(first, tables, secrets).sweep()
    expect(await liveSecrets(secrets)).toEqual(['postmaster/account/a'])
  })
})

describe('the secret sweep of secrets that an older version created', () => {
  it('the secret sweep never removes an untagged secret, and a new password does not add a tag', async () => {
    const deployment = secretDeployment(first, tables, secrets)
    const name = 'postmaster/account/old'
    await secrets.client.send(new CreateSecretCommand({ Name: name, SecretString: '{"password":"before"}' }))
    await deployment.passwords.put('old', 'after')
    passDays(2)
    await deployment.sweep()
    expect(await liveSecrets(secrets)).toEqual([name])
  })

  it('the secret sweep removes an older secret once an operator has tagged it', async () => {
    const name = 'postmaster/account/old'
    await secrets.client.send(new CreateSecretCommand({ Name: name, SecretString: '{"password":"before"}' }))
    const tag = { Key: 'postmaster:deployment', Value: first }
    await secrets.client.send(new TagResourceCommand({ SecretId: name, Tags: [tag] }))
    passDays(2)
    await secretDeployment(first, tables, secrets).sweep()
    expect(await liveSecrets(secrets)).toEqual([])
  })
})

describe('the secret sweep after a restore of the tables', () => {
  const restored = async (accounts: number, lost: number) => {
    const deployment = secretDeployment(first, tables, secrets)
    for (const id of ids('account', accounts)) await deployment.addAccount(id)
    for (const id of ids('account', lost)) await deployment.loseAccount(id)
    passDays(2)
    return deployment
  }

  it.each([
    ['all of many accounts', 10, 10],
    ['more than three accounts and more than 5 %', 79, 4],
  ])('the secret sweep removes nothing if %s are lost', async (_, accounts, lost) => {
    const deployment = await restored(accounts, lost)
    expect((await deployment.sweep())[0]).toBe(`account: too-many, 0 of ${lost} orphans among ${accounts}`)
    expect(await liveSecrets(secrets)).toHaveLength(accounts)
  })

  it.each([
    ['exactly three secrets, even if there are no others', 3, 3],
    ['exactly 5 % of the secrets', 80, 4],
    ['one of a few secrets', 5, 1],
  ])('the secret sweep removes %s', async (_, accounts, lost) => {
    const deployment = await restored(accounts, lost)
    expect((await deployment.sweep())[0]).toBe(`account: swept, ${lost} of ${lost} orphans among ${accounts}`)
    expect(await liveSecrets(secrets)).toHaveLength(accounts - lost)
  })

  it('the secret sweep decides separately for account passwords and client secrets whether there are too many orphans', async () => {
    const deployment = await restored(10, 10)
    for (const id of ids('profile', 2)) await deployment.addProfile(id)
    await deployment.loseProfile('profile-1')
    passDays(2)
    expect(await deployment.sweep()).toEqual([
      'account: too-many, 0 of 10 orphans among 10',
      'profile: swept, 1 of 1 orphans among 2',
    ])
  })

  it('the secret sweep removes the number that an operator has confirmed, and nothing if the number has changed', async () => {
    const deployment = await restored(10, 10)
    const stopped = 'account: too-many, 0 of 10 orphans among 10'
    expect((await deployment.sweep({ account: 9 }))[0]).toBe(stopped)
    expect((await deployment.sweep({ account: 11 }))[0]).toBe(stopped)
    expect((await deployment.sweep({ profile: 10 }))[0]).toBe(stopped)
    expect((await deployment.sweep({ account: 10 }))[0]).toBe('account: swept, 10 of 10 orphans among 10')
    expect(await liveSecrets(secrets)).toEqual([])
  })
})

describe('the secret sweep of a changing account', () => {
  it('the secret sweep keeps a password that was set a moment ago, however old its secret is', async () => {
    const deployment = secretDeployment(first, tables, secrets)
    await deployment.addAccount('a')
    await deployment.loseAccount('a')
    passDays(2)
    // The row that refers to the new version has not been written yet.
    await deployment.passwords.put('a', 'new')
    await deployment.sweep()
    expect(await liveSecrets(secrets)).toEqual(['postmaster/account/a'])
    passDays(2)
    await deployment.sweep()
    expect(await liveSecrets(secrets)).toEqual([])
  })
})
