import * as z from 'zod'
import type { MailProtocol } from '../mailbox/account-type.ts'
import { personField, subField, timeField } from '../requests/documented-fields.ts'
import type { AccountId, ListedAccount } from './account.ts'
import { accountFieldDocs as docs } from './fields/field-docs.ts'

export const oauth2States = [
  'connected',
  'expires-soon',
  're-authorization-needed',
  'consent-missing',
  'change-needed',
] as const

/** Whether an OAuth2 account can log in, and what a person must do if it cannot. */
export const connectionStateSchema = z.object({
  state: z.enum(oauth2States).meta({
    description:
      '`connected`: the account can log in. `expires-soon`: it can log in, but not for long unless a person acts. ' +
      '`re-authorization-needed`: its consent is no longer valid, and it is not fetched until the user consents again. ' +
      '`consent-missing`: the user has not consented yet. `change-needed`: its profile does not exist, or the profile’s ' +
      'client secret has expired.',
    examples: ['connected'],
  }),
  code: z
    .string()
    .meta({
      description: 'A stable code for the reason. Absent if the state is `connected`.',
      examples: ['grant-revoked'],
    })
    .optional(),
  detail: z.string().meta({
    description: 'Human-readable summary.',
    examples: ['Connected: jane@example.com consented on 2026-03-02.'],
  }),
  remedy: z
    .string()
    .meta({ description: 'How to resolve it.', examples: ['Connect the account again.'] })
    .optional(),
  consentedBy: personField(
    'The user who consented, as reported by the provider. Absent if the provider does not report it.',
  ).optional(),
  consentedAt: timeField('When the user consented.').optional(),
  requestedBy: personField('The admin who requested the consent.').optional(),
  requestedBySub: subField('the admin who requested the consent'),
  expiresAt: timeField(
    'When the connection stops working unless a person acts. Absent if no such time is known.',
    '2026-05-31T00:00:00.000Z',
  ).optional(),
})
export type ConnectionState = z.infer<typeof connectionStateSchema>

/** How an OAuth2 profile gets its tokens (RFC 6749 sections 4.1 and 4.4). */
export const grantTypes = ['authorization_code', 'client_credentials'] as const

export const accountOAuth2Schema = connectionStateSchema
  .extend({
    profileId: z.string().meta(docs.profileId),
    profileName: z.string().meta(docs.profileName).optional(),
    grant: z.enum(grantTypes).meta(docs.profileGrant).optional(),
    since: timeField('When the consent stopped being valid, if known.').optional(),
  })
  .meta({ id: 'AccountOAuth2', description: 'How an OAuth2 account is connected. It contains no secrets.' })
export type AccountOAuth2 = z.infer<typeof accountOAuth2Schema>

/**
 * The mail servers that may receive a profile's tokens, by protocol; `any` if each consent is bound to the host of its
 * account.
 */
export type TokenHosts = 'any' | Readonly<Record<MailProtocol, readonly string[]>>

/** The parts of a profile that the rules for accounts need. */
export interface ChosenProfile {
  readonly grant: (typeof grantTypes)[number]
  /** The mail servers that its provider proposes; undefined if the provider no longer exists. */
  readonly hosts: Readonly<Partial<Record<MailProtocol, string | undefined>>> | undefined
  /** Undefined if the provider no longer exists. */
  readonly tokenHosts: TokenHosts | undefined
}

/** The port to OAuth2 profiles, implemented in lib/oauth2/setup.ts. */
export interface ChosenProfiles {
  read(profileId: string): Promise<ChosenProfile | undefined>
}

/** The port to the consents and tokens of accounts, implemented in lib/oauth2/tokens. */
export interface AccountConnections {
  /** @returns the connections of the accounts that log in with OAuth2, by account id */
  readMany(accounts: readonly ListedAccount[], now: Date): Promise<Map<AccountId, AccountOAuth2>>
  /** Ends the account's consent so that its tokens are revoked. Does nothing if the account has no consent. */
  endConsent(accountId: AccountId, at: Date): Promise<void>
}
