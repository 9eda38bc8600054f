import { describe, expect, it } from 'vitest'
import type { ChosenProfile } from '../../../../lib/accounts/account-oauth2.ts'
import { type InputRules, parseAccountInput } from '../../../../lib/accounts/input/parse-account-input.ts'
import { withoutPasswordFor } from '../../../../lib/accounts/input/password-again.ts'
import { ProblemError } from '../../../../lib/reasons/problem.ts'
import { account } from '../../../support/account-rows.ts'

const appOnly: ChosenProfile = {
  grant: 'client_credentials',
  hosts: { imap: 'imap.example' },
  tokenHosts: { imap: ['imap.example'], pop3: [] },
}
const rules: InputRules = {
  profiles: { read: async (profileId) => (profileId === 'app' ? appOnly : undefined) },
  queues: { readMany: async () => [] },
  allowClearTextOnLoopback: false,
  withoutPassword: () => 'is missing',
}
const valid = { type: 'IMAPS', authentication: 'password', username: 'desk', password: 'secret', host: 'mail.example' }

const problemsOf = async (fields: object, changed: Partial<InputRules> = {}): Promise<Record<string, string>> => {
  const refused = await parseAccountInput({ ...valid, ...fields }, { ...rules, ...changed }).catch(
    (error: unknown) => error,
  )
  if (!(refused instanceof ProblemError)) throw new Error('the input was not refused')
  return Object.fromEntries((refused.fields ?? []).map(({ path, message }) => [path, message]))
}

const controls = 'must not contain control characters'
const imapOnly = 'is for IMAP types only'
const moveForImap = '`move` is for IMAP types only'
const missing = 'is missing'
const noQueue = 'is not the id of a queue'
const move = (folder?: string) => ({ action: 'move', ...(folder !== undefined && { folder }) })

describe('parseAccountInput', () => {
  it.each([
    [
      'the folder and the moves of a POP3 account, even if they are invalid',
      { type: 'POP3S', folder: '', afterFetch: move(), tooLarge: move('Large') },
      {
        '/folder': imapOnly,
        '/afterFetch/folder': missing,
        '/afterFetch/action': moveForImap,
        '/tooLarge/action': moveForImap,
      },
    ],
    [
      'a move to the fetched folder in another spelling, next to an unknown member and another invalid field',
      { port: 0, folder: 'inbox', afterFetch: { ...move('Inbox'), x: 1 } },
      {
        '/port': 'must be at least 1',
        '/afterFetch/x': 'is not a known field',
        '/afterFetch/folder': 'must differ from the fetched folder',
      },
    ],
    [
      'no move to a folder if the fetched folder is invalid',
      { folder: 'a\nb', afterFetch: move('Done') },
      { '/folder': controls },
    ],
    [
      'the queue next to an unknown member and an invalid authentication',
      { authentication: 'basic', dispatching: { by: 'queue', queueId: 'nowhere', x: 1 } },
      {
        '/authentication': 'must be `password` or `oauth2`',
        '/dispatching/x': 'is not a known field',
        '/dispatching/queueId': noQueue,
      },
    ],
    [
      'a missing password next to fields of the other form',
      { password: undefined, profileId: 'app', mailbox: 5, host: 'imaps://mail.example' },
      {
        '/password': missing,
        '/profileId': 'is only for accounts with `authentication` `oauth2`',
        '/mailbox': 'is only for accounts with `authentication` `oauth2`',
        '/host': 'must be a host name without a scheme like `imaps://`',
      },
    ],
    [
      'the host, mailbox and password of an app-only account next to other invalid fields',
      { authentication: 'oauth2', profileId: 'app', host: 'other.example', mailbox: 'a\nb', trusted: 'yes' },
      {
        '/host': 'must be `imap.example`, because Postmaster does not send the app-only token to any other host',
        '/mailbox': 'is only for profiles that require a consent. With this profile, `username` is the mailbox',
        '/password': 'is only for accounts with `authentication` `password`',
        '/trusted': 'must be true or false',
      },
    ],
  ])('parseAccountInput reports %s', async (_name, fields, expected) => {
    expect(await problemsOf(fields)).toEqual(expected)
  })

  it.each([25, 465, 587])('parseAccountInput rejects the port %i, which is for sending mail', async (port) => {
    expect(await problemsOf({ port })).toEqual({
      '/port': expect.stringMatching(/^is for sending mail \(SMTP\)\..* 993 for IMAPS/),
    })
  })

  it('parseAccountInput requires the stored password again only for a valid host and type', async () => {
    const withoutPassword = withoutPasswordFor(account({ host: 'mail.example', type: 'IMAPS' }))
    const again = 'is required again, because a stored password is never sent to another host'
    const sent = { password: undefined, host: 'other.example', comment: 5 }
    const comment = { '/comment': 'must be a string' }
    expect(await problemsOf(sent, { withoutPassword })).toEqual({ ...comment, '/password': again })
    const invalid = { ...sent, host: 'other..example' }
    expect(await problemsOf(invalid, { withoutPassword })).toEqual({
      ...comment,
      '/host': 'must be a host name or an IP address',
    })
  })

  it('parseAccountInput completes the host that the provider proposes', async () => {
    const input = { ...valid, authentication: 'oauth2', profileId: 'app', host: undefined, password: undefined }
    expect(await parseAccountInput(input, rules)).toMatchObject({ host: 'imap.example', profileId: 'app' })
  })
})
