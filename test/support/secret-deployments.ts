import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import { PasswordAccounts } from '../../lib/accounts/store/password-accounts.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { SecretsManagerSecretStore } from '../../lib/secrets/secrets-manager-secret-store.ts'
import { type ConfirmedOrphans, sweepSecrets } from '../../lib/secrets/sweep-secrets.ts'
import { account } from './account-rows.ts'
import type { TestTables } from './dynamo.ts'
import type { TestSecrets } from './secrets.ts'

/** One deployment of Postmaster. It has its own tables, and shares Secrets Manager with everything in its region. */
export const secretDeployment = (id: string, tables: TestTables, secrets: TestSecrets) => {
  const prefix = 'postmaster/'
  const now = () => secrets.clock.now
  const passwords = new SecretsManagerSecretStore(secrets.client, 'account', { prefix, deployment: id })
  const clientSecrets = new SecretsManagerSecretStore(secrets.client, 'profile', { prefix, deployment: id })
  return {
    passwords,
    /** @returns the row that was written */
    addAccount: async (accountId: string) => {
      const secretVersion = await passwords.put(accountId, `password of ${accountId}`)
      const row = { ...account({ accountId, credential: { method: 'password', secretVersion } }) }
      await tables.table('accounts').put(row)
      return row
    },
    addProfile: async (profileId: string) => {
      await clientSecrets.put(profileId, `client secret of ${profileId}`)
      await tables.table('oauth2').put({ key: `profile#${profileId}` })
    },
    loseAccount: async (accountId: string) => {
      await tables.table('accounts').delete(accountId)
    },
    loseProfile: async (profileId: string) => {
      await tables.table('oauth2').delete(`profile#${profileId}`)
    },
    sweep: async (confirmed: ConfirmedOrphans = {}) => {
      const sweeps = await sweepSecrets(
        {
          kinds: [
            { kind: 'account', secrets: passwords, owners: new PasswordAccounts(tables.table('accounts'), now) },
            { kind: 'profile', secrets: clientSecrets, owners: new ProfileStore(tables.table('oauth2')) },
          ],
          now,
        },
        { confirmed, mayGoOn: () => true },
      )
      return sweeps.map(
        ({ kind, outcome, checked, orphans, deleted }) =>
          `${kind}: ${outcome}, ${deleted} of ${orphans.length} orphans among ${checked}`,
      )
    },
  }
}

/** The names of all secrets outside their recovery window, in order. */
export const liveSecrets = async ({ client }: TestSecrets): Promise<string[]> => {
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new ListSecretsCommand({ NextToken }))
    names.push(...(page.SecretList ?? []).map(({ Name = '' }) => Name))
    NextToken = page.NextToken
  } while (NextToken)
  return names.sort()
}
