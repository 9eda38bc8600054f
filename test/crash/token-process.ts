/**
 * One token request in a separate process, which may kill itself (SIGKILL) at a step. Its settings are JSON in argv.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Account } from '../../lib/accounts/account.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import { OAuth2Error } from '../../lib/oauth2/oauth2-error.ts'
import type { Profile } from '../../lib/oauth2/profiles/profile.ts'
import type { Provider } from '../../lib/oauth2/providers/provider.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { SingleFlightTokens } from '../../lib/oauth2/tokens/single-flight-tokens.ts'
import { TokenCipher } from '../../lib/oauth2/tokens/token-cipher.ts'
import { Table } from '../../lib/tables/table.ts'
import { tables } from '../../lib/tables/tables.ts'
import { MemoryDataKeys } from '../support/data-keys.ts'
import type { TestTables } from '../support/dynamo.ts'

export interface TokenProcessSettings {
  readonly dynamo: TestTables['clientConfig']
  readonly tableName: string
  readonly account: Account
  readonly profile: Profile
  readonly provider: Provider
  /** The key that wraps the data keys, in base64. */
  readonly keyMaterial: string
  /** Milliseconds by which the process's clock is ahead of the machine's clock. */
  readonly later: number
  /**
   * `claimed`: before the request to the provider. `rotated`: after the provider's response. `written`: after the new
   * tokens have been written.
   */
  readonly dieWhen?: 'claimed' | 'rotated' | 'written'
}

export type TokenProcessOutcome = { readonly accessToken: string } | { readonly code: string; readonly cure: string }

const { dynamo, tableName, account, profile, provider, keyMaterial, later, dieWhen }: TokenProcessSettings = JSON.parse(
  process.argv[2] ?? '',
)
const client = new DynamoDBClient(dynamo)

const step = (name: TokenProcessSettings['dieWhen']): void => {
  if (dieWhen === name) process.kill(process.pid, 'SIGKILL')
}

class DyingStore extends GrantStore {
  override async claimRefresh(...args: Parameters<GrantStore['claimRefresh']>) {
    const claim = await super.claimRefresh(...args)
    step('claimed')
    return claim
  }
  override async complete(...args: Parameters<GrantStore['complete']>) {
    step('rotated')
    const written = await super.complete(...args)
    step('written')
    return written
  }
}

const now = () => new Date(Date.now() + later)
const tokens = new SingleFlightTokens({
  profiles: { read: async () => profile },
  providers: { read: async () => provider },
  secrets: { read: async () => undefined },
  servers: async () => new AuthorizationServers({ allowPrivateAddresses: true, allowClearTextOnLoopback: true }),
  grants: new DyingStore(new Table(client, tableName, tables.oauthGrants)),
  cipher: new TokenCipher(new MemoryDataKeys(Buffer.from(keyMaterial, 'base64'))),
  now,
})

const outcome = async (): Promise<TokenProcessOutcome> => {
  try {
    const { accessToken } = await tokens.tokenFor(account)
    return { accessToken }
  } catch (error) {
    if (!(error instanceof OAuth2Error)) throw error
    return { code: error.finding.code, cure: error.finding.cure }
  }
}
process.stdout.write(JSON.stringify(await outcome()))
