import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { OAuth2Client } from '../authorization/authorization-server.ts'
import { clientOf } from '../oauth2-client.ts'
import { assertTokenDestination } from '../token-destination.ts'
import type { Setup } from './still-asked.ts'

/**
 * Returns the client that requests a consent, without its secret. It rejects a provider whose tokens could not be used
 * afterwards, so that people do not give a useless consent.
 * @throws OAuth2Error if account, profile and provider do not allow a valid request
 */
export const consentClientOf = ({ account, profile, provider }: Setup): OAuth2Client => {
  assertTokenDestination(account, profile, provider)
  return clientOf(profile, provider, undefined, accountTypeFacts(account.type).protocol)
}
