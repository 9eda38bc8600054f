import * as z from 'zod'
import type { Account } from '../../lib/accounts/account.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { accountFieldDocs } from '../../lib/accounts/fields/field-docs.ts'
import { accountInputSchema, anyFormSchema } from '../../lib/accounts/input/account-input-schema.ts'
import {
  changeAccount,
  createAccount,
  deleteAccount,
  readNewAccount,
  replaceAccount,
  type SavedAccount,
} from '../../lib/accounts/manage-accounts.ts'
import { readAccount } from '../../lib/accounts/store/account-store.ts'
import { accountViewSchema, viewAccounts } from '../../lib/accounts/view/account-view.ts'
import type { Actor } from '../../lib/audit/audit-entry.ts'
import { checkReceipt, type TestReceipts, testedMailSchema } from '../../lib/connection-tests/test-receipts.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type FetchSavedAccount, fetchAfterSavingSchema } from '../../lib/schedule/fetch-saved-account.ts'
import { type Route, route } from '../shared/http/route.ts'
import {
  changeRoute,
  deleteRoute,
  readRoute,
  replaceRoute,
  versionedAnswer,
} from '../shared/http/versioned-resource.ts'
import { listRoute } from './list-route.ts'
import { type ProposalServices, proposalRoute } from './proposal-route.ts'

/** The use case parses the fields, because the rules for a change depend on the stored account. */
const document = z.record(z.string(), z.unknown())

const example = { params: { accountId: exampleIds.account }, headers: { 'if-match': '"1"' } }
/** The receipt of a connection test: an id and 32 random bytes. */
const receiptSchema = z
  .string()
  .max(128)
  .meta({
    description:
      'The receipt of a connection test that passed. The account is created only if its settings are the tested ones.',
    examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XTST.f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
  })

const savedSchema = accountViewSchema
  .extend({ fetch: fetchAfterSavingSchema.optional() })
  .meta({ id: 'SavedAccount', description: 'A saved mail account, and the fetch that saving it started.' })

const account = {
  path: '/accounts/{accountId}',
  params: z.strictObject({ accountId: z.string().min(1).max(64).meta(accountFieldDocs.accountId) }),
  view: accountViewSchema,
  called: 'account',
}
const savedAccount = { ...account, view: savedSchema }

const createdSchema = savedSchema.extend({ waiting: testedMailSchema.optional() }).meta({
  id: 'CreatedAccount',
  description:
    'A new mail account. If a receipt was sent, it includes the mail that was on the server during the connection test.',
})

export interface AccountRouteServices extends AccountServices, ProposalServices {
  readonly receipts: Pick<TestReceipts, 'read'>
  readonly fetchSaved: FetchSavedAccount
}

export const accountRoutes = (services: AccountRouteServices): Route[] => [
  listRoute(services),
  route({
    method: 'POST',
    path: '/accounts',
    role: 'admin',
    query: z.strictObject({ receipt: receiptSchema.optional() }),
    body: document,
    documentedBody: accountInputSchema,
    operation: 'createAccount',
    summary: 'Create a mail account',
    description:
      'Postmaster fetches a valid account at once and then at every tick. `fetch` identifies the run. Two accounts cannot ' +
      'collect the same folder with the same login from the same server.\n\nWith the `receipt` of a connection test that ' +
      'passed in the last 15 minutes, the account is created only with the tested settings, and `waiting` in the response ' +
      'shows how much mail was on the server. An account that requires a consent cannot be tested before it exists, so ' +
      'there is no receipt for it. Connecting the account proves the login.\n\n' +
      'With `oauth2` and a profile that requires a consent, the account waits until a person has connected it.',
    answers: { 201: { description: 'The new account.', body: createdSchema, headers: ['etag', 'location'] } },
    problems: ['mailbox-taken', 'too-many-accounts', 'connection-test-missing'],
    examples: [
      {
        summary: 'IMAP over TLS, with the queue chosen by recipient and mail deleted after it is stored',
        body: {
          type: 'IMAPS',
          authentication: 'password',
          username: 'sales@example.com',
          password: 'correct horse battery staple',
          host: 'mail.example.com',
        },
        status: 201,
      },
      {
        summary: 'POP3 over TLS, with all mail in one queue',
        body: {
          type: 'POP3S',
          authentication: 'password',
          username: 'returns',
          password: 'correct horse battery staple',
          host: 'pop.example.com',
          dispatching: { by: 'queue', queueId: exampleIds.queue },
          comment: 'The returns department',
        },
        status: 201,
      },
      {
        summary: 'An account that is not fetched yet and will move its mail instead of deleting it',
        body: {
          type: 'IMAPTLS',
          authentication: 'password',
          username: 'invoices@example.com',
          password: 'correct horse battery staple',
          host: 'mail.example.com',
          validity: 'invalid-temporarily',
          afterFetch: { action: 'move', folder: 'Collected' },
        },
        status: 201,
      },
      {
        summary: 'A shared mailbox with OAuth2 on the provider’s host, fetched once Jane has consented',
        body: {
          type: 'IMAPS',
          authentication: 'oauth2',
          profileId: exampleIds.profile,
          username: 'jane@example.com',
          mailbox: 'desk@example.com',
        },
        status: 201,
      },
    ],
    handle: async ({ body, query: { receipt }, caller }) => {
      const input = await readNewAccount(body, services)
      const waiting = receipt === undefined ? undefined : await checkReceipt(receipt, input, services)
      const account = await createAccount(input, caller, services)
      const { view, version } = await savedView({ account, before: undefined }, caller, services)
      const created = { view: { ...view, ...(waiting && { waiting }) }, version }
      return versionedAnswer(201, created, `/accounts/${account.accountId}`)
    },
  }),
  readRoute(
    account,
    {
      operation: 'readAccount',
      summary: 'Read a mail account',
      more: 'Fetching does not change the ETag.',
      examples: [{ summary: 'An account', params: example.params, status: 200 }],
    },
    async ({ accountId }) => await viewOf(await readAccount(accountId, services), services),
  ),
  replaceRoute(
    savedAccount,
    {
      body: document,
      documentedBody: accountInputSchema,
      operation: 'replaceAccount',
      summary: 'Replace a mail account',
      description:
        'Omitted fields return to their defaults, except the password, which is kept. Send the password again if you set ' +
        'another host or replace an encrypted type with an unencrypted one. A consent remains valid as long as the profile, ' +
        'protocol, user and host stay the same. A run in progress uses the new settings from its next chunk onwards. If the change ' +
        'may affect fetching, or makes the account valid, Postmaster fetches the account at once, and `fetch` identifies the run.',
      problems: ['mailbox-taken'],
      examples: [
        {
          summary: 'Change the folder and keep the password',
          ...example,
          body: {
            type: 'IMAPS',
            authentication: 'password',
            username: 'support@example.com',
            host: 'mail.example.com',
            folder: 'Service desk',
          },
          status: 200,
        },
      ],
    },
    async ({ accountId }, body, change) =>
      await savedView(await replaceAccount({ accountId, ...change }, body, services), change.by, services),
  ),
  changeRoute(
    savedAccount,
    {
      body: anyFormSchema,
      operation: 'changeAccount',
      summary: 'Change a mail account',
      more:
        'If you change the type, the port becomes the new type’s standard port, unless the account has a different port. Send the ' +
        'password again if you set another host or replace an encrypted type with an unencrypted one. `authentication` ' +
        'switches the account between a password and OAuth2, and ends the previous password or consent. If the change may ' +
        'affect fetching, or makes the account valid, Postmaster fetches the account at once, and `fetch` identifies the run.',
      problems: ['mailbox-taken'],
      examples: [
        { summary: 'Change the password', ...example, body: { password: 'another long passphrase' }, status: 200 },
        { summary: 'Stop fetching', ...example, body: { validity: 'invalid' }, status: 200 },
        {
          summary: 'Switch from a password to OAuth2 on the provider’s host',
          ...example,
          body: { authentication: 'oauth2', profileId: exampleIds.profile, host: null },
          status: 200,
        },
      ],
    },
    async ({ accountId }, body, change) =>
      await savedView(await changeAccount({ accountId, ...change }, body, services), change.by, services),
  ),
  deleteRoute(
    account,
    {
      operation: 'deleteAccount',
      summary: 'Delete a mail account',
      description:
        'Postmaster no longer fetches the account. Its stored mail and its runs are kept. An operator can recover its ' +
        'password for seven days, but not its tokens.',
      examples: [{ summary: 'An account', ...example, status: 204 }],
    },
    ({ accountId }, change) => deleteAccount({ accountId, ...change }, services),
  ),
  proposalRoute(services),
]

const viewOf = async (account: Account, services: AccountServices) => {
  const [view] = await viewAccounts([account], services)
  return { view, version: account.version }
}

/** The view of an account that was saved, with the fetch that this started. */
const savedView = async (
  saved: SavedAccount,
  by: Actor,
  services: AccountServices & { readonly fetchSaved: FetchSavedAccount },
) => {
  const fetch = await services.fetchSaved(saved, by)
  const { view, version } = await viewOf(saved.account, services)
  return { view: { ...view, ...(fetch && { fetch }) }, version }
}
