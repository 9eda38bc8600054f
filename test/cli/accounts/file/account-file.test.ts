import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffAccounts, takesPassword } from '../../../../cli/accounts/file/account-diff.ts'
import { mergePatchOf } from '../../../../cli/accounts/file/apply-step.ts'
import type { StoredAccount } from '../../../../cli/accounts/file/described-account.ts'
import { stepText } from '../../../../cli/accounts/file/diff-text.ts'
import { accountFileText } from '../../../../cli/accounts/file/export.ts'
import { passwordsFor, passwordVariable, readPasswordsFile } from '../../../../cli/accounts/file/passwords.ts'
import { readAccountFile } from '../../../../cli/accounts/file/read-account-file.ts'
import { defaultMaxMessageSize } from '../../../../lib/accounts/account.ts'
import { commentSchema, folderSchema, usernameSchema } from '../../../../lib/accounts/fields/field-formats.ts'

const queues = [{ queueId: 'q1', name: 'Sales' }]
const profiles = [{ profileId: 'p1', name: 'Desk at Microsoft 365' }]
const read = (source: string) => readAccountFile({ name: 'accounts.yaml', source }, { queues, profiles })
const account = (fields: Partial<StoredAccount> = {}): StoredAccount => ({
  accountId: 'one',
  type: 'IMAPS',
  host: 'mail.example.org',
  username: 'desk',
  port: 993,
  folder: 'INBOX',
  trusted: false,
  validity: 'valid',
  comment: '',
  afterFetch: { action: 'delete' },
  maxMessageSize: defaultMaxMessageSize,
  tooLarge: { action: 'leave' },
  startFrom: 'everything',
  ...fields,
})
const { accountId: _, ...described } = account()

describe('the accounts file', () => {
  it('the accounts file preserves any text that an account can contain', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 40 })
    const lines = fc.string({
      unit: fc.constantFrom('a', ' ', '\t', '\n', '\r', '#', ':', '-', '"', '\u202e', '\u2028', '0'),
    })
    const valid = <T>(schema: { safeParse(value: unknown): { success: boolean; data?: T } }, text: string) =>
      schema.safeParse(text).success
    fc.assert(
      fc.property(
        texts.filter((text) => valid(usernameSchema, text)),
        fc.oneof(texts, lines).filter((text) => valid(commentSchema, text)),
        texts.filter((text) => valid(folderSchema, text) && text.toUpperCase() !== 'INBOX'),
        (username, comment, folder) => {
          const text = accountFileText([
            account({ username, comment, folder, queue: { queueId: 'q1', name: 'Sales' } }),
          ])
          expect(read(text)).toEqual([{ ...described, username, comment, folder, queue: queues[0] }])
          // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must be missing
          expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('reading the accounts file reports every mistake with its line and quotes no value', () => {
    const source = `version: 1
accounts:
  - host: mail.example.org
    username: desk
    type: IMAPS
    colour: blue
    password: hunter2
  - host: mail.example.org
    type: IMAP4
    username: 123
`
    let message = ''
    try {
      read(source)
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).toContain('accounts.yaml:6: `colour` is not a known field')
    expect(message).toContain('accounts.yaml:7: passwords do not belong in this file')
    expect(message).toContain('accounts.yaml:9: `type` ')
    expect(message).toContain('accounts.yaml:10: `username` ')
    expect(message).not.toMatch(/hunter2|blue/)
  })

  it.each([
    [
      'a missing queue',
      'version: 1\naccounts:\n  - {host: h.example, username: u, type: IMAPS}\n  - host: h.example\n    username: v\n    type: IMAPS\n    queue: Slaes\n',
      'accounts.yaml:7: v at h.example: there is no queue `Slaes`. Existing queues: Sales. Add it with `postmaster queues add`.',
    ],
    [
      'the same mailbox twice',
      'version: 1\naccounts:\n  - {host: h.example, username: u, type: IMAPS}\n  - {host: H.EXAMPLE, username: u, type: IMAPTLS, folder: inbox}\n',
      'accounts.yaml:4: u at h.example: the same mailbox is already described at line 3',
    ],
    [
      'a folder for POP3',
      'version: 1\naccounts:\n  - {host: h.example, username: u, type: POP3S, folder: x}\n',
      'accounts.yaml:3: u at h.example, POP3: folder is for IMAP types only',
    ],
    [
      'a missing OAuth2 profile',
      'version: 1\naccounts:\n  - host: h.example\n    username: u\n    type: IMAPS\n    oauth2Profile: Desk\n',
      'accounts.yaml:6: u at h.example: there is no OAuth2 profile `Desk`. Existing OAuth2 profiles: Desk at Microsoft 365.',
    ],
    [
      'a shared mailbox without OAuth2',
      'version: 1\naccounts:\n  - host: h.example\n    username: u\n    type: IMAPS\n    mailbox: desk@h.example\n',
      'accounts.yaml:6: desk@h.example at h.example: `mailbox` is only for accounts with an `oauth2Profile`',
    ],
    ['another version', 'version: 2\naccounts: []\n', 'accounts.yaml:1: `version`'],
    ['an empty file', '', 'accounts.yaml:1: '],
    ['text that is not YAML', 'version: 1\naccounts: [}\n', 'accounts.yaml:2: this is not valid YAML'],
    [
      'lists within 40,000 lists',
      `version: 1\naccounts: ${'['.repeat(40_000)}`,
      'accounts.yaml:2: lists and maps are nested too deeply',
    ],
    [
      'a field that appears twice',
      'version: 1\nversion: 1\naccounts: []\n',
      'accounts.yaml:2: this field appears twice',
    ],
    ['an alias without an anchor', 'version: 1\naccounts: *nowhere\n', 'accounts.yaml:'],
  ])('reading the accounts file rejects %s', (_what, source, message) => {
    expect(() => read(source)).toThrow(message)
  })
})

describe('the difference between accounts', () => {
  it('the diff is empty for equal accounts and otherwise contains only the different fields', () => {
    expect(diffAccounts([account()], [described], { prune: true })).toEqual([
      { kind: 'nothing', name: 'desk at mail.example.org', described: true },
    ])
    const [step] = diffAccounts([account({ customCa: 'pem' })], [{ ...described, trusted: true }], { prune: false })
    expect(step).toMatchObject({ kind: 'change', fields: ['trusted', 'customCa'] })
  })

  it('the diff shows a switch from a password to OAuth2 and back, with another user for a shared mailbox', () => {
    const oauth2 = { ...described, oauth2Profile: { profileId: 'p1', name: 'Desk at Microsoft 365' } }
    const shared = { ...oauth2, username: 'jane', mailbox: 'desk' }
    const [step] = diffAccounts([account()], [shared], { prune: true })
    expect(step).toMatchObject({ kind: 'change', fields: ['oauth2Profile', 'username', 'mailbox'] })
    expect(step && takesPassword(step)).toBe(false)
    expect(step && stepText(step)).toBe(
      '~ desk at mail.example.org\n    oauth2Profile: a password → Desk at Microsoft 365\n    username: desk → jane\n' +
        '    mailbox: the user’s own → desk\n    consent: needed; see `postmaster oauth2 connect`',
    )
    expect(mergePatchOf(shared, ['oauth2Profile', 'username', 'mailbox'])).toEqual({
      authentication: 'oauth2',
      profileId: 'p1',
      username: 'jane',
      mailbox: 'desk',
    })
    const [back] = diffAccounts([{ ...account(), ...oauth2 }], [described], { prune: true })
    expect(back && takesPassword(back)).toBe(true)
    expect(back && stepText(back)).toContain('password: is needed')
  })

  it('the diff treats IMAP, POP3 and each folder of one login as different accounts', () => {
    const { folder: _folder, ...pop } = { ...described, type: 'POP3S' as const, port: 995 }
    const wanted = [described, { ...described, folder: 'Old' }, pop]
    expect(diffAccounts([account()], wanted, { prune: true }).map(({ kind }) => kind)).toEqual([
      'nothing',
      'create',
      'create',
    ])
  })

  it('the merge patch contains the port if the type changes, because a new type resets the port', () => {
    const wanted = { ...described, type: 'IMAP' as const }
    expect(mergePatchOf(wanted, ['type'])).toEqual({ type: 'IMAP', port: 993 })
    expect(mergePatchOf(described, ['customCa', 'queue'])).toEqual({ customCa: null, dispatching: { by: 'to-field' } })
    expect(mergePatchOf(described, [])).toBeUndefined()
  })
})

describe('passwords of new accounts', () => {
  const name = 'desk@example.org at mail.example.org'

  it('passwords come from the file first and then from the environment, and there is no prompt without a terminal', async () => {
    const environment = { [passwordVariable(name)]: 'from variable' }
    expect(passwordVariable(name)).toBe('POSTMASTER_PASSWORD_DESK_EXAMPLE_ORG_AT_MAIL_EXAMPLE_ORG')
    const file = new Map([[name, 'from file']])
    expect([...(await passwordsFor([name], { file, environment, terminal: false })).values()]).toEqual(['from file'])
    const none = new Map<string, string>()
    expect([...(await passwordsFor([name], { file: none, environment })).values()]).toEqual(['from variable'])
    await expect(passwordsFor([name], { file: none, environment: {}, terminal: false })).rejects.toThrow(
      passwordVariable(name),
    )
  })

  it('passwords are never taken from a variable that belongs to two accounts', async () => {
    const alike = ['a.b at h.example', 'a_b at h.example']
    const environment = { [passwordVariable('a.b at h.example')]: 'x' }
    await expect(passwordsFor(alike, { file: new Map(), environment })).rejects.toThrow('share the variable')
  })

  it('passwords are not read from a file that other users can read, and errors never quote them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'postmaster-passwords-'))
    const write = (text: string, mode: number) => {
      const file = join(folder, `${mode}-${text.length}`)
      writeFileSync(file, text, { mode })
      return file
    }
    try {
      expect(() => readPasswordsFile(write('a: hunter2\n', 0o640))).toThrow('chmod 600')
      for (const text of [
        'a: [hunter2\n',
        'a: {b: hunter2}\n',
        'hunter2',
        'a: hunter2\na: hunter2\n',
        'a: *hunter2\n',
      ]) {
        const file = write(text, 0o600)
        expect(() => readPasswordsFile(file)).toThrow(file)
        expect(() => readPasswordsFile(file)).not.toThrow('hunter2')
      }
      expect(readPasswordsFile(write('{"a": "x y"}', 0o600))).toEqual(new Map([['a', 'x y']]))
      expect(readPasswordsFile(write('a: 0123\nb: true\n', 0o600))).toEqual(
        new Map([
          ['a', '0123'],
          ['b', 'true'],
        ]),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
