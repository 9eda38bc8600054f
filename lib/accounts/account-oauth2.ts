import * as z from 'zod'
import { personField, subField, timeField } from '../requests/documented-fields.ts'
import type { Account, AccountId } from './account.ts'
import { accountFieldDocs as docs } from './account-fields.ts'
import type { MailProtocol } from './account-type.ts'

export const oauth2States = [
  'connected',
  'expires-soon',
  're-authorization-needed',
  'consent-missing',
  'change-needed',
] as const

/** Whether an account with OAuth2 can log in, and what somebody has to do about it. */
export const connectionStateSchema = z.object({
  state: z.enum(oauth2States).meta({
    description:
      '`connected`; `expires-soon`: it works, and ends soon unless somebody does something; `re-authorization-needed`: its consent no ' +
      'longer holds, and it is not fetched until somebody consents again; `consent-missing`: nobody has consented yet; `change-needed`: ' +
      'its profile is missing or the profile’s client secret has expired.',
    examples: ['connected'],
  }),
  code: z
    .string()
    .meta({ description: 'Why; absent while it is `connected`. Stable.', examples: ['grant-revoked'] })
    .optional(),
  words: z.string().meta({
    description: 'The same for people.',
    examples: ['Connected: jane@example.com consented on 2026-03-02.'],
  }),
  remedy: z
    .string()
    .meta({ description: 'What to do about it.', examples: ['Connect the account again.'] })
    .optional(),
  consentedBy: personField('Who consented, by the provider’s own account; absent where it does not tell.').optional(),
  consentedAt: timeField('When.').optional(),
  requestedBy: personField('The admin who requested the consent.').optional(),
  requestedBySub: subField('the admin who requested the consent'),
  expiresAt: timeField(
    'When it ends unless somebody does something; absent where no end is known.',
    '2026-05-31T00:00:00.000Z',
  ).optional(),
})
export type ConnectionState = z.infer<typeof connectionStateSchema>

const grantTypes = ['authorization_code', 'client_credentials'] as const

export const accountOAuth2Schema = connectionStateSchema
  .extend({
    profileId: z.string().meta(docs.profileId),
    profileName: z.string().meta(docs.profileName).optional(),
    grant: z.enum(grantTypes).meta(docs.profileGrant).optional(),
    since: timeField('Since when its consent no longer holds, where that is known.').optional(),
  })
  .meta({ id: 'AccountOAuth2', description: 'How an account with OAuth2 is connected. It holds no secret.' })
export type AccountOAuth2 = z.infer<typeof accountOAuth2Schema>

/**
 * The mail servers that may receive a profile's tokens, by protocol; `any` if each consent is bound to the host of its
 * account.
 */
export type TokenHosts = 'any' | Readonly<Record<MailProtocol, readonly string[]>>

/** A profile as the rules of accounts need it. */
export interface ChosenProfile {
  readonly grant: (typeof grantTypes)[number]
  /** The mail servers its provider proposes; undefined when the provider is gone. */
  readonly hosts: Readonly<Partial<Record<MailProtocol, string | undefined>>> | undefined
  /** Undefined if the provider does not exist any more. */
  readonly tokenHosts: TokenHosts | undefined
}

/** The port to OAuth2 profiles; lib/oauth2/accounts has it. */
export interface ChosenProfiles {
  read(profileId: string): Promise<ChosenProfile | undefined>
}

/** The port to what connects accounts; lib/oauth2/accounts has it. */
export interface AccountConnections {
  /** Of those that log in with OAuth2, by account id. */
  readMany(accounts: readonly Account[], now: Date): Promise<Map<AccountId, AccountOAuth2>>
  /**
   * The account's consent does not hold any more, and its tokens are to be revoked; that there is none is not an error.
   */
  endConsent(accountId: AccountId, at: Date): Promise<void>
}
