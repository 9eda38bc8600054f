import * as z from 'zod'
import { accountFieldDocs } from '../../lib/accounts/account-fields.ts'
import { accountInputSchema, anyFormSchema } from '../../lib/accounts/account-forms.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { accountViewSchema } from '../../lib/accounts/account-view.ts'
import { changeAccount, replaceAccount } from '../../lib/accounts/change-account.ts'
import { createAccount, readNewAccount } from '../../lib/accounts/create-account.ts'
import { deleteAccount } from '../../lib/accounts/delete-account.ts'
import { readAccount } from '../../lib/accounts/read-account.ts'
import { checkReceipt, type TestReceiptReader, testedMailSchema } from '../../lib/accounts/test-receipt.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { mergePatchSchema } from '../../lib/requests/merge-patch-schema.ts'
import { type FetchSavedAccount, fetchAfterSavingSchema } from '../../lib/schedule/fetch-saved-account.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionProblems } from '../shared/http/route-documentation.ts'
import { accountAnswer, savedAnswer } from './account-answer.ts'
import { listRoute } from './list-route.ts'

const path = '/accounts/{accountId}'
const params = z.strictObject({ accountId: z.string().min(1).max(64).meta(accountFieldDocs.accountId) })
/** Its fields are read by the use case, which knows the account a change is made to. */
const document = z.record(z.string(), z.unknown())

const example = { params: { accountId: exampleIds.account }, headers: { 'if-match': '"1"' } }
/** A receipt as a connection test gave it: an id and 32 random bytes. */
const receiptSchema = z
  .string()
  .max(128)
  .meta({
    description: 'Of a connection test that passed: the account is created only if its settings are the tested ones.',
    examples: ['01JNBZ4ZQ0V7M3T9H2K5W8XTST.f1ZkqvXH3cQ0u5mD8yB2sW6aT9eR4pL7nJ1gK0iVxYo'],
  })

const savedSchema = accountViewSchema
  .extend({ fetch: fetchAfterSavingSchema.optional() })
  .meta({ id: 'SavedAccount', description: 'A mail account that was saved, and the fetch that this has started.' })

const changed = {
  200: { description: 'The account as it is now.', body: savedSchema, headers: ['etag'] as const },
}

const createdSchema = savedSchema.extend({ waiting: testedMailSchema.optional() }).meta({
  id: 'CreatedAccount',
  description: 'A new mail account; with a receipt also what waited when it was tested.',
})

export interface AccountRouteServices extends AccountServices {
  readonly receipts: TestReceiptReader
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
      'A valid account is fetched at once, and then at every tick; `fetch` names the run. No two accounts may collect the same ' +
      'folder of the same login on the same server.\n\nWith `receipt`, from a connection test that passed in the last 15 minutes, it is ' +
      'created only with the very settings that were tested, and the answer says what waited. An account that people have to consent to cannot ' +
      'be tested before, so there is no receipt for it: connecting it proves the login.\n\n' +
      'With `oauth2` and a profile that people consent by, the account waits until somebody has connected it.',
    answers: { 201: { description: 'The new account.', body: createdSchema, headers: ['etag', 'location'] } },
    problems: ['mailbox-taken', 'too-many-accounts', 'connection-test-missing'],
    examples: [
      {
        summary: 'IMAP over TLS, queue by recipient, mail deleted once it is stored',
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
        summary: 'POP3 over TLS, all mail to one queue',
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
        summary: 'Not fetched yet; mail will be moved instead of deleted',
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
        summary: 'OAuth2: a shared mailbox, on the provider’s own host; fetched once Jane has consented',
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
      const { headers, body: view } = await savedAnswer(201, { account, before: undefined }, caller, services)
      return {
        status: 201,
        body: { ...view, ...(waiting && { waiting }) },
        headers: { ...headers, location: `/accounts/${account.accountId}` },
      }
    },
  }),
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    operation: 'readAccount',
    summary: 'Read a mail account',
    description: 'Its ETag is what a change of it names. Fetching does not change it.',
    answers: { 200: { description: 'The account.', body: accountViewSchema, headers: ['etag'] } },
    problems: ['not-found'],
    examples: [{ summary: 'An account', params: example.params, status: 200 }],
    handle: async ({ params }) => await accountAnswer(200, await readAccount(params.accountId, services), services),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: document,
    documentedBody: accountInputSchema,
    operation: 'replaceAccount',
    summary: 'Replace a mail account',
    description:
      'What is left out returns to its default, except the password, which is kept; for another host, or for a type that no longer ' +
      'encrypts, it has to be sent again. A consent holds as long as profile, protocol, user and host stay. A running fetch goes by the new ' +
      'settings from its next chunk on. A change that may affect fetching, and making the account valid, has it fetched at once; `fetch` names the run.',
    answers: changed,
    problems: ['not-found', 'mailbox-taken', ...versionProblems],
    examples: [
      {
        summary: 'Another folder; the password is kept',
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
    handle: async ({ params, body, caller, headers }) => {
      const change = { ...params, expected: expectedVersionOf(headers), by: caller }
      return await savedAnswer(200, await replaceAccount(change, body, services), caller, services)
    },
  }),
  route({
    method: 'PATCH',
    path,
    role: 'admin',
    params,
    body: document,
    documentedBody: mergePatchSchema(anyFormSchema),
    operation: 'changeAccount',
    summary: 'Change a mail account',
    description:
      'A JSON merge patch (RFC 7396): what is left out stays, `null` returns a field to its default. Changing the type ' +
      'brings the new type’s port along unless a port of its own was set. For another host, or for a type that no longer encrypts, the ' +
      'password has to be sent again. With `authentication` an account changes between password and OAuth2, and what it logged in with before ends. A change that may affect ' +
      'fetching, and making the account valid, has it fetched at once; `fetch` names the run.',
    answers: changed,
    problems: ['not-found', 'mailbox-taken', ...versionProblems],
    examples: [
      { summary: 'A new password', ...example, body: { password: 'another long passphrase' }, status: 200 },
      { summary: 'Stop fetching', ...example, body: { validity: 'invalid' }, status: 200 },
      {
        summary: 'From password to OAuth2, on the provider’s own host',
        ...example,
        body: { authentication: 'oauth2', profileId: exampleIds.profile, host: null },
        status: 200,
      },
    ],
    handle: async ({ params, body, caller, headers }) => {
      const change = { ...params, expected: expectedVersionOf(headers), by: caller }
      return await savedAnswer(200, await changeAccount(change, body, services), caller, services)
    },
  }),
  route({
    method: 'DELETE',
    path,
    role: 'admin',
    params,
    operation: 'deleteAccount',
    summary: 'Delete a mail account',
    description:
      'Nothing is fetched from then on. Its stored mail and its runs stay; its password can be recovered by an operator ' +
      'for seven days, its tokens are gone.',
    answers: { 204: { description: 'It is gone.' } },
    problems: ['not-found', ...versionProblems],
    examples: [{ summary: 'An account', ...example, status: 204 }],
    handle: async ({ params, caller, headers }) => {
      await deleteAccount(params.accountId, expectedVersionOf(headers), caller, services)
      return { status: 204 }
    },
  }),
]
