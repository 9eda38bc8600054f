import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCertificates } from '../../../mail-server/certificates.ts'
import { secretVersionOf } from '../../../support/account-rows.ts'
import { putProfiles } from '../../../support/oauth2-accounts.ts'
import { hasPseudoTerminal } from '../../run-cli.ts'
import { type AccountsWorld, startAccountsWorld } from './accounts-world.ts'

const secret = 'correct horse battery staple'

let world: AccountsWorld
beforeEach(async () => {
  world = await startAccountsWorld()
  await world.createQueue('Sales')
  await world.createQueue('Support')
})
afterEach(async () => {
  await world.stop()
})

const apply = (...args: string[]) => world.cli('accounts', 'apply', ...args)
const isOf = (host: string, folder?: string) => (account: { host: string; folder?: string }) =>
  account.host === host && account.folder === folder
const passwordOf = async ({ accountId }: { accountId: string }) => {
  const row = await world.api.services.accounts.read(accountId)
  return await world.api.secrets.store.read(accountId, secretVersionOf(row))
}
const stored = async () => (await world.api.list({ limit: '100' })).body.items

const fourAccounts = `version: 1
accounts:
  - {host: mail.example.org, username: desk@example.org, type: IMAPS}
  - {host: mail.example.org, username: desk@example.org, type: IMAPS, folder: Old mail, queue: sales, afterFetch: {action: move, folder: Done}}
  - {host: Pop.Example.org, username: "0123", type: POP3S, port: 1995, comment: returns, validity: invalid}
  - {host: imap.example.org, username: desk, type: IMAPTLS, trusted: true, startFrom: {since: 2026-01-01T00:00:00Z}}
`
const fourPasswords = `desk@example.org at mail.example.org: 0123
desk@example.org at mail.example.org, folder Old mail: two
0123 at pop.example.org, POP3: three
desk at imap.example.org: four
`

const applied = async () => {
  const file = world.write('accounts.yaml', fourAccounts)
  const passwords = world.write('passwords.yaml', fourPasswords, 0o600)
  const result = await apply(file, '--passwords', passwords)
  expect(result.code, result.err).toBe(0)
  return { file, result }
}

describe('postmaster accounts export and apply', () => {
  it('accounts apply creates the accounts in a file, each with exactly its own password', async () => {
    const { result } = await applied()
    expect(result.out).toContain('+ desk@example.org at mail.example.org, folder Old mail\n    type: IMAPS\n')
    expect(result.out).toMatch(
      /Created: 4, changed: 0, deleted: 0, unchanged: 0\.\n3 accounts are fetched within seconds\. See how it goes:\n {2}postmaster runs list\n$/,
    )
    const accounts = await stored()
    expect(accounts).toHaveLength(4)
    const old = accounts.find(isOf('mail.example.org', 'Old mail'))
    expect(old).toMatchObject({
      dispatching: { by: 'queue', queueId: 'queue-1', queueName: 'Sales' },
      afterFetch: { action: 'move', folder: 'Done' },
    })
    expect(await passwordOf(accounts.find(isOf('mail.example.org', 'INBOX')))).toBe('0123')
    expect(await passwordOf(old)).toBe('two')
    expect(await passwordOf(accounts.find(isOf('pop.example.org')))).toBe('three')
    expect(result.out + result.err).not.toMatch(/two|three|four/)
  })

  it('accounts apply changes nothing the second time, and --check confirms it', async () => {
    const { file } = await applied()
    world.changes.length = 0
    const again = await apply(file)
    expect(again).toEqual({ code: 0, out: 'Created: 0, changed: 0, deleted: 0, unchanged: 4.\n', err: '' })
    expect((await apply(file, '--check')).code).toBe(0)
    expect(world.changes).toEqual([])
  })

  it('accounts apply has nothing to do for an export, and the next export has the same bytes', async () => {
    await applied()
    const { caPem } = await createCertificates()
    const odd = 'first\r\nsecond \u202e "x": #1\n'
    await world.api.create({
      username: 'private',
      customCa: caPem,
      comment: odd,
      startFrom: 'new',
      maxMessageSize: 5000,
    })
    expect((await world.cli('accounts', 'export', '-o', world.file('export.yaml'))).err).toMatch(
      /^Wrote 5 accounts to /,
    )
    const text = world.read('export.yaml')
    expect(text).toContain('customCa: |\n      -----BEGIN CERTIFICATE-----\n')
    expect(text).toContain('queue: Sales\n')
    expect(text).not.toMatch(/\u202e|queue-1|password:|accountId|battery|port: 993|INBOX/)
    const hosts = [...text.matchAll(/host: (.*)/g)].map(([, host]) => host)
    expect(hosts).toEqual([...hosts].sort())
    world.changes.length = 0
    const result = await apply(world.file('export.yaml'), '--prune')
    expect(result).toEqual({ code: 0, out: 'Created: 0, changed: 0, deleted: 0, unchanged: 5.\n', err: '' })
    expect(world.changes).toEqual([])
    expect((await world.cli('accounts', 'export')).out).toBe(text)
  })

  it('accounts apply --dry-run changes nothing, and accounts apply sends only the fields that differ', async () => {
    const { file } = await applied()
    const before = await stored()
    world.changes.length = 0
    const edited = fourAccounts
      .replace('type: IMAPS}', 'type: IMAPTLS, queue: Support}')
      .replace('port: 1995, comment: returns, ', '')
      .replace(/.*username: desk, .*\n/, '  - {host: new.example.org, username: desk, type: POP3}\n')
    world.write('accounts.yaml', edited)
    const dry = await apply(file, '--dry-run', '--prune')
    expect(dry).toEqual({
      code: 0,
      err: '',
      out: [
        '- desk at imap.example.org',
        '~ desk@example.org at mail.example.org',
        '    type: IMAPS → IMAPTLS',
        '    port: 993 → 143',
        '    queue: by the To field → Support',
        '+ desk at new.example.org, POP3',
        '    type: POP3',
        '    port: 110',
        '    queue: by the To field',
        '~ 0123 at pop.example.org, POP3',
        '    port: 1995 → 995',
        '    comment: returns → (none)',
        'To create: 1, to change: 2, to delete: 1, unchanged: 1.',
        '',
      ].join('\n'),
    })
    expect((await apply(file, '--check')).code).toBe(1)
    expect(world.changes).toEqual([])
    expect(await stored()).toEqual(before)
    const patches: unknown[] = []
    world.before = async ({ method, body, headers }) => {
      if (method === 'PATCH') patches.push({ body: JSON.parse(String(body)), headers })
      return undefined
    }
    const passwords = world.write('new.json', '{"desk at new.example.org, POP3": "five"}', 0o600)
    const result = await apply(file, '--prune', '--yes', '--passwords', passwords)
    expect(result.code, result.err).toBe(0)
    expect(result.out).toMatch(
      /Created: 1, changed: 2, deleted: 1, unchanged: 1\.\n2 accounts are fetched within seconds\. See how it goes:\n {2}postmaster runs list\n$/,
    )
    expect(patches).toEqual([
      {
        body: { type: 'IMAPTLS', port: 143, dispatching: { by: 'queue', queueId: 'queue-2' } },
        headers: { 'if-match': '"1"' },
      },
      { body: { port: 995, comment: '' }, headers: { 'if-match': '"1"' } },
    ])
    expect((await apply(file, '--prune', '--check')).code).toBe(0)
  })

  it('accounts apply shows in the diff that a stored password cannot be used, and sends the new one', async () => {
    await world.api.create({ host: 'a.example.org', username: 'one' })
    const file = world.write(
      'accounts.yaml',
      'version: 1\naccounts:\n  - {host: a.example.org, username: one, type: IMAP}\n',
    )
    const dry = await apply(file, '--dry-run')
    expect(dry.out).toContain('    password: is required again, because the stored password is not sent unencrypted\n')
    const without = await apply(file)
    expect(without.code).toBe(2)
    expect(without.err).toContain(
      'Passwords are missing. Add them to a --passwords file, or set these variables:\n  one at a.example.org: ',
    )
    expect(world.changes).toEqual([])
    const passwords = world.write('p.yaml', 'one at a.example.org: given again\n', 0o600)
    expect(await apply(file, '--passwords', passwords)).toMatchObject({ code: 0, err: '' })
    expect(await passwordOf((await stored())[0])).toBe('given again')
  })

  it('accounts apply leaves accounts that are not in the file alone unless --prune is given', async () => {
    await world.api.create({ username: 'other' })
    const file = world.write('none.yaml', 'version: 1\naccounts: []\n')
    expect((await apply(file)).out).toContain('not in the file and left alone: 1.')
    expect(await stored()).toHaveLength(1)
    const unasked = await apply(file, '--prune')
    expect(unasked.code).toBe(2)
    expect(unasked.err).toContain('--yes')
    expect(await stored()).toHaveLength(1)
    expect((await apply(file, '--prune', '--yes')).code).toBe(0)
    expect(await stored()).toHaveLength(0)
  })

  it('accounts apply continues after an account fails and exits with code 1', async () => {
    await world.createQueue('Closed', 'invalid')
    const file = world.write(
      'accounts.yaml',
      'version: 1\naccounts:\n  - {host: a.example.org, username: one, type: IMAPS, queue: Closed}\n  - {host: b.example.org, username: two, type: IMAPS}\n',
    )
    const passwords = world.write('p.yaml', `one at a.example.org: ${secret}\ntwo at b.example.org: ${secret}\n`, 0o600)
    const result = await apply(file, '--passwords', passwords)
    expect(result.code).toBe(1)
    expect(result.out).toMatch(/Created: 1,/)
    expect(result.err).toContain('one at a.example.org failed: ')
    expect(result.err).toContain('is the id of a queue that is invalid')
    expect(result.err).toContain('1 account failed.')
    expect((await stored()).map(({ username }: { username: string }) => username)).toEqual(['two'])
  })

  it('accounts apply does not overwrite a change that another user makes at the same time', async () => {
    const created = await world.api.create({ host: 'a.example.org', username: 'one' })
    const { accountId } = created.body
    const file = world.write(
      'accounts.yaml',
      'version: 1\naccounts:\n  - {host: a.example.org, username: one, type: IMAPS, trusted: true}\n',
    )
    let overtaken = false
    world.before = async ({ method }) => {
      if (method !== 'PATCH' || overtaken) return undefined
      overtaken = true
      await world.api.change('PATCH', accountId, { comment: 'theirs' })
      return undefined
    }
    expect((await apply(file)).code).toBe(1)
    expect((await world.api.get(accountId)).body).toMatchObject({ comment: 'theirs', trusted: false })
    expect((await apply(file)).code).toBe(0)
    expect((await world.api.get(accountId)).body).toMatchObject({ comment: '', trusted: true })
  })

  it('accounts apply stops if the API rejects the token', async () => {
    const file = world.write('accounts.yaml', fourAccounts)
    const passwords = world.write('passwords.yaml', fourPasswords, 0o600)
    world.before = async ({ method }) => (method === 'POST' ? 401 : undefined)
    const result = await apply(file, '--passwords', passwords)
    expect(result.code).toBe(3)
    expect(result.err).toContain('1 account failed, 3 not tried.')
    expect(world.changes).toHaveLength(1)
  })

  it.runIf(hasPseudoTerminal)('accounts apply prompts for a missing password and does not show it', async () => {
    const file = world.write(
      'accounts.yaml',
      'version: 1\naccounts: [{host: a.example.org, username: one, type: IMAPS}]\n',
    )
    const result = await world.atTerminal(
      ['accounts', 'apply', file],
      [{ after: 'Password for one at a.example.org (not shown):', text: `${secret}\r` }],
    )
    expect(result.code, result.out).toBe(0)
    expect(result.out).not.toContain('battery')
    expect(await passwordOf((await stored())[0])).toBe(secret)
  })

  it('accounts apply creates OAuth2 accounts without a password, and their export contains the profile’s name', async () => {
    await putProfiles(world.api.tables)
    const file = world.write(
      'oauth2.yaml',
      'version: 1\naccounts:\n  - {host: outlook.office365.com, username: jane@example.org, mailbox: desk@example.org, type: IMAPS, oauth2Profile: people at microsoft}\n',
    )
    const first = await apply(file)
    expect(first.code, first.err).toBe(0)
    expect(first.out).toContain(
      '+ desk@example.org at outlook.office365.com\n    oauth2Profile: People at Microsoft\n    username: jane@example.org\n',
    )
    expect(first.out).toContain('    consent: needed; see `postmaster oauth2 connect`\n')
    const exported = await world.cli('accounts', 'export')
    expect(exported.out).toContain('mailbox: desk@example.org\n')
    expect(exported.out).toContain('oauth2Profile: People at Microsoft\n')
    const again = await apply(world.write('again.yaml', exported.out), '--check')
    expect(again.code, again.out + again.err).toBe(0)
  })
})
