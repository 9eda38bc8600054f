import { describe, expect, it } from 'vitest'
import { bodyOf, testBodyOf } from '../../../../web/accounts/form/draft/body.ts'
import { dayOf, startOf } from '../../../../web/accounts/form/draft/days.ts'
import { draftOf, emptyDraft } from '../../../../web/accounts/form/draft/draft.ts'
import { problemsOf } from '../../../../web/accounts/form/draft/problems.ts'
import { sampleAccount } from './sample-account.ts'

const pathsOf = (...arguments_: Parameters<typeof problemsOf>): string[] =>
  problemsOf(...arguments_).map(({ path }) => path)

describe('the form of a mail account', () => {
  it('sends what it shows of a stored account, without the password', () => {
    const account = sampleAccount({ port: 1993, folder: 'Desk', comment: 'Night shift', startFrom: 'new' })

    expect(bodyOf(draftOf(account))).toEqual({
      type: 'IMAPS',
      authentication: 'password',
      host: 'mail.example.com',
      username: 'desk@example.com',
      port: 1993,
      folder: 'Desk',
      trusted: false,
      dispatching: { by: 'to-field' },
      validity: 'valid',
      comment: 'Night shift',
      afterFetch: { action: 'delete' },
      tooLarge: { action: 'leave' },
      startFrom: 'new',
    })
  })

  it('leaves the port of a standard server to the type, so that it follows another type', () => {
    const draft = draftOf(sampleAccount({ port: 993 }))

    expect(draft.port).toBe('')
    expect(bodyOf({ ...draft, type: 'POP3S' })).not.toHaveProperty('port')
  })

  it('keeps a size limit to the byte and the start to the second', () => {
    const draft = draftOf(
      sampleAccount({ maxMessageSize: 1_000_001, startFrom: { since: '2026-01-02T03:04:05.000Z' } }),
    )

    expect(bodyOf(draft)).toMatchObject({
      maxMessageSize: 1_000_001,
      startFrom: { since: '2026-01-02T03:04:05.000Z' },
    })
  })

  it('sends no folders for POP3, whatever was chosen for IMAP before', () => {
    const imap = {
      ...emptyDraft,
      host: 'mail.example.com',
      username: 'desk',
      folder: 'Desk',
      afterFetch: 'move',
      moveTo: 'Done',
      tooLarge: 'move',
      tooLargeTo: 'Large',
    } as const

    const body = bodyOf({ ...imap, type: 'POP3S' })

    expect(body).not.toHaveProperty('folder')
    expect(body).toMatchObject({ afterFetch: { action: 'delete' }, tooLarge: { action: 'leave' } })
  })

  it('sends an OAuth2 account without a password and with the shared mailbox', () => {
    const body = bodyOf({
      ...emptyDraft,
      authentication: 'oauth2',
      profileId: 'P1',
      username: 'jane@example.com',
      mailbox: ' desk@example.com ',
      password: 'typed before',
    })

    expect(body).toMatchObject({ authentication: 'oauth2', profileId: 'P1', mailbox: 'desk@example.com' })
    expect(body).not.toHaveProperty('password')
    expect(body).not.toHaveProperty('host')
  })

  it('tests only what affects the connection, so that an unfinished rest does not stop a test', () => {
    const draft = { ...emptyDraft, host: 'h', username: 'u', password: 'p', dispatchingBy: 'queue' } as const

    expect(testBodyOf(draft)).toMatchObject({ dispatching: { by: 'to-field' }, host: 'h' })
  })
})

describe('the checks of the form', () => {
  it('mark what a new account lacks', () => {
    expect(pathsOf(emptyDraft, undefined, false)).toEqual(['/host', '/username', '/password'])
    const chosen = { ...emptyDraft, dispatchingBy: 'queue', afterFetch: 'move', startFrom: 'since' } as const
    expect(pathsOf(chosen, undefined, false)).toEqual(
      expect.arrayContaining(['/dispatching', '/afterFetch', '/startFrom']),
    )
  })

  it('take no host for an OAuth2 account if the provider proposes one', () => {
    const draft = { ...emptyDraft, authentication: 'oauth2', profileId: 'P1', username: 'jane@example.com' } as const

    expect(pathsOf(draft, undefined, true)).toEqual([])
    expect(pathsOf(draft, undefined, false)).toEqual(['/host'])
  })

  it('ask for the password again when the stored one would go to another host or lose its encryption', () => {
    const stored = draftOf(sampleAccount({}))

    expect(pathsOf(stored, stored, false)).toEqual([])
    expect(pathsOf({ ...stored, host: 'MAIL.example.com' }, stored, false)).toEqual([])
    expect(pathsOf({ ...stored, host: 'other.example.com' }, stored, false)).toEqual(['/password'])
    expect(pathsOf({ ...stored, type: 'POP3' }, stored, false)).toEqual(['/password'])
    expect(pathsOf({ ...stored, type: 'POP3', password: 'typed' }, stored, false)).toEqual([])
  })

  it.each(['many', '12.5', '-1'])('mark the port %s', (port) => {
    expect(pathsOf({ ...draftOf(sampleAccount({})), port }, draftOf(sampleAccount({})), false)).toEqual(['/port'])
  })
})

describe('the first day', () => {
  it('begins at midnight where the person is', () => {
    expect(dayOf(startOf('2026-03-02'))).toBe('2026-03-02')
    expect(startOf('')).toBe('')
    expect(dayOf('')).toBe('')
  })
})
