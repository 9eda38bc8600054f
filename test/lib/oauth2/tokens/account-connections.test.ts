import { expect, it } from 'vitest'
import type { Profile } from '../../../../lib/oauth2/profiles/profile.ts'
import { StoredConnections } from '../../../../lib/oauth2/tokens/account-connections.ts'
import { account } from '../../../support/account-rows.ts'
import { profile } from '../../../support/oauth2-setup.ts'

const profiles: Record<string, Profile> = {
  people: profile({ profileId: 'people' }),
  app: profile({ profileId: 'app', grant: 'client_credentials' }),
}
const by = (accountId: string, profileId: string) => account({ accountId, credential: { method: 'oauth2', profileId } })

/** Records the keys that are read. */
const connections = () => {
  const asked: string[][] = []
  const readMany = async (ids: readonly string[]) => {
    asked.push([...ids])
    return ids.flatMap((id) => profiles[id] ?? [])
  }
  const grants = {
    readMany: async (keys: readonly string[]) => {
      asked.push([...keys])
      return []
    },
    ofProfile: async (profileId: string, from: string, to: string) => {
      asked.push([`${profileId} from ${from} to ${to}`])
      return []
    },
    end: async (key: string, at: string) => {
      asked.push([`ended ${key} at ${at}`])
    },
  }
  return { asked, stored: new StoredConnections({ profiles: { readMany }, grants }) }
}
const now = new Date('2026-11-23T10:00:00.000Z')

it('stored connections: reads the profiles and the grants of many accounts in one request each', async () => {
  const { asked, stored } = connections()
  const rows = [by('1', 'people'), by('2', 'people'), by('3', 'app'), by('4', 'app'), by('5', 'gone'), account()]
  const found = await stored.readMany(rows, now)
  expect(asked).toEqual([
    ['people', 'app', 'gone'],
    ['account#1', 'account#2', 'profile#app'],
  ])
  expect([...found].map(([accountId, { profileId, state }]) => [accountId, profileId, state])).toEqual([
    ['1', 'people', 'consent-missing'],
    ['2', 'people', 'consent-missing'],
    ['3', 'app', 'connected'],
    ['4', 'app', 'connected'],
    ['5', 'gone', 'change-needed'],
  ])
})

it('stored connections: reads the grants of more than a hundred accounts in one request for each profile', async () => {
  const { asked, stored } = connections()
  const rows = Array.from({ length: 200 }, (_, index) => by(String(1000 + index), index < 150 ? 'people' : 'app'))
  expect((await stored.readMany(rows, now)).size).toBe(200)
  expect(asked).toEqual([
    ['people', 'app'],
    ['people from account#1000 to account#1149'],
    ['app from profile#app to profile#app'],
  ])
})

it('stored connections: reads nothing for accounts with passwords, and ends only one account’s consent', async () => {
  const { asked, stored } = connections()
  expect(await stored.readMany([account(), account()], now)).toEqual(new Map())
  await stored.endConsent('1', now)
  expect(asked).toEqual([['ended account#1 at 2026-11-23T10:00:00.000Z']])
})
