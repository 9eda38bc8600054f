import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasPseudoTerminal, spawnCli } from '../../../run-cli.ts'
import { type AccountsWorld, startAccountsWorld } from '../accounts-world.ts'

const dump = (name: string) => new URL(name, import.meta.url).pathname
const passwords = `desk@example.org at imap.example.org: one
sales at imap.example.org, folder Eingänge: two
CORP\\returns at pop.example.org, POP3: three
old at pop.example.org, POP3: four
`

let world: AccountsWorld
beforeEach(async () => {
  world = await startAccountsWorld()
  await world.createQueue('Sales')
  await world.createQueue('Support::Returns')
})
afterEach(async () => {
  await world.stop()
})

const importing = (from: string, ...args: string[]) => world.cli('accounts', 'import', '--from', from, ...args)
const imported = async () =>
  await importing('otobo', dump('otobo.csv'), '--yes', '--passwords', world.write('passwords.yaml', passwords, 0o600))
const stored = async () => (await world.api.list({ limit: '100' })).body.items
const named = async (username: string) =>
  (await stored()).find((account: { username: string }) => account.username === username)

describe('postmaster accounts import', () => {
  it('accounts import creates the accounts of an OTOBO export with the settings of their rows', async () => {
    const { code, out, err } = await imported()
    expect(code, err).toBe(0)
    expect(out).toMatch(
      /Created: 4, changed: 0, deleted: 0, unchanged: 0\.\n2 accounts are fetched within seconds\. See how it goes:\n {2}postmaster runs list\n$/,
    )
    expect(await named('desk@example.org')).toMatchObject({
      host: 'imap.example.org',
      type: 'IMAPS',
      port: 993,
      folder: 'INBOX',
      trusted: false,
      validity: 'valid',
      dispatching: { by: 'to-field' },
      comment: 'The "front" desk; by the To field',
    })
    expect(await named('sales')).toMatchObject({
      port: 1993,
      folder: 'Eingänge',
      trusted: true,
      dispatching: { by: 'queue', queueName: 'Sales' },
    })
    expect(await named('CORP\\returns')).toMatchObject({
      type: 'POP3TLS',
      validity: 'invalid-temporarily',
      dispatching: { queueName: 'Support::Returns' },
      comment: 'Two\nlines',
    })
    expect(await named('old')).toMatchObject({ type: 'POP3', validity: 'invalid' })
  })

  it('accounts import shows the diff once, and then only the name of each account', async () => {
    const { out } = await imported()
    expect(out.match(/^ {4}comment: Two/gm)).toHaveLength(1)
    expect(out.match(/^\+ old at pop\.example\.org, POP3$/gm)).toHaveLength(2)
  })

  it('accounts import explains how to add the accounts that use OAuth2, and creates none of them', async () => {
    const otobo = await importing('otobo', dump('otobo.csv'), '--dry-run')
    expect(otobo.err).toContain('jane@example.org (IMAPOAuth2)')
    expect(otobo.err).toContain(
      'postmaster accounts add --profile PROFILE --type IMAPS --username jane@example.org --folder Orders --queue Sales --trusted',
    )
    const znuny = await importing('znuny', dump('znuny.json'), '--dry-run')
    expect(znuny.err).toContain('--username graph@example.org')
    expect(znuny.err).toContain('--username jane@example.org --queue Sales')
    expect(znuny.out).toMatch(/^\+ desk@example\.org at imap\.example\.org$/m)
    expect(otobo.out + znuny.out).not.toContain('jane')
  })

  it('accounts import ignores passwords in the file and says so', async () => {
    const { code, out, err } = await importing('znuny', dump('znuny.json'), '--yes')
    expect(code).toBe(2)
    expect(err).toContain('The file contains passwords in the column `pw`. They are ignored.')
    expect(err).toContain('POSTMASTER_PASSWORD_DESK_EXAMPLE_ORG_AT_IMAP_EXAMPLE_ORG')
    expect(out + err).not.toContain('s3cret')
    expect(world.changes).toEqual([])
  })

  it('accounts import reads the passwords from standard input', async () => {
    const args = ['accounts', 'import', '--from', 'znuny', dump('znuny.json'), '--yes', '--passwords', '-']
    const { code, err } = await spawnCli([...world.connection, ...args], {
      input: 'desk@example.org at imap.example.org: piped\n',
    })
    expect(code, err).toBe(0)
    expect(await stored()).toHaveLength(1)
  })

  it('accounts import leaves what only Postmaster knows of an existing account as it is', async () => {
    await imported()
    const changed = await named('desk@example.org')
    await world.cli(
      ...['accounts', 'edit', changed.accountId, '--after-fetch', 'keep'],
      ...['--comment', 'changed', '--trusted', '--port', '1993'],
    )
    world.changes.length = 0
    const { code, out } = await importing('otobo', dump('otobo.csv'), '--yes')
    expect(code).toBe(0)
    expect(out).toContain('trusted: true → false')
    expect(out).toMatch(/Created: 0, changed: 1, deleted: 0, unchanged: 3\.\n$/)
    expect(await named('desk@example.org')).toMatchObject({
      afterFetch: { action: 'keep' },
      port: 1993,
      trusted: false,
    })
    world.changes.length = 0
    expect((await importing('otobo', dump('otobo.csv'))).code).toBe(0)
    expect(world.changes).toEqual([])
  })

  it('accounts import without a terminal changes nothing unless --yes is given', async () => {
    const { code, out, err } = await importing('otobo', dump('otobo.csv'))
    expect(code).toBe(2)
    expect(out).toContain('To create: 4, to change: 0')
    expect(err).toContain('Pass --yes')
    expect(world.changes).toEqual([])
  })

  it.runIf(hasPseudoTerminal)('accounts import asks for a confirmation, and then for the passwords', async () => {
    const { code, out } = await world.atTerminal(
      ['accounts', 'import', '--from', 'znuny', dump('znuny.json')],
      [
        { after: 'Import 1 account?', text: 'y\r' },
        { after: 'Password for desk@example.org at imap.example.org', text: 'typed-secret\r' },
      ],
    )
    expect(code, out).toBe(0)
    expect(out).not.toContain('typed-secret')
    expect(await stored()).toHaveLength(1)
  })

  it('accounts import names the row and the column of every problem, and changes nothing', async () => {
    const header = 'login,host,account_type,queue_id,queue,trusted,imap_folder,comments,valid_id'
    const wrong = async (...rows: string[]) => {
      const { code, err } = await importing('otobo', world.write('wrong.csv', [header, ...rows].join('\n')), '--yes')
      expect(code).toBe(2)
      expect(err).toContain('Nothing was changed.')
      return err
    }
    expect(await wrong('a,h.example.org,IMAPX,0,,0,,,1', 'a,h.example.org,IMAP,0,,0,,,9')).toMatch(
      /row 1: `IMAPX` is not a type of mail account\n.*row 2: `valid_id` has the unexpected value `9`/,
    )
    expect(await wrong('a,h.example.org,IMAPS,7,NULL,0,,,1')).toContain(
      'row 1: the queue 7 has no name in the column `queue`',
    )
    expect(await wrong('a,h.example.org,IMAPS,7,Parts,0,,,1')).toContain('row 1: a at h.example.org: there is no queue')
    expect(await wrong('a,h.example.org,IMAPS,0,,0,,,1', 'a,h.example.org,IMAPTLS,0,,0,,,2')).toContain(
      'row 2: a at h.example.org: the same mailbox is already described at row 1',
    )
    expect(await wrong('a,h.example.org')).toContain('row 1: the row has 2 values, but the header has 9 columns')
    expect(await wrong('"a,h.example.org,IMAPS,0,,0,,,1')).toContain('wrong.csv:2: this line is not valid CSV')
    const missing = await importing('otobo', world.write('missing.csv', 'login,host\na,h.example.org\n'), '--yes')
    expect(missing.err).toContain('row 1: there is no column `account_type`')
    expect(world.changes).toEqual([])
  })

  it('accounts import needs --from, and the accounts and the passwords cannot share standard input', async () => {
    expect(readFileSync(dump('otobo.csv'), 'utf8')).not.toContain('pw')
    expect((await world.cli('accounts', 'import', dump('otobo.csv'))).err).toContain('--from')
    expect((await importing('otobo', '-', '--passwords', '-')).err).toContain('cannot both be read')
  })
})
