import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addByDialogue } from '../../../../cli/accounts/dialogue/add-by-dialogue.ts'
import type { AccountDraft } from '../../../../cli/accounts/dialogue/settings/draft.ts'
import { accountAnswer } from '../../account-answer.ts'
import { hasPseudoTerminal, spawnCli } from '../../run-cli.ts'
import type { Answer } from '../../scripted-api.ts'
import {
  consentLater,
  created,
  dialogueApi,
  failed,
  microsoft365,
  passed,
  runDialogue,
  type Script,
} from './dialogue-api.ts'
import { enter, type Given } from './person.ts'

const add = async (script: Script, answers: readonly Given[], fixed: AccountDraft = {}) => {
  const { left, ...result } = await runDialogue(script, answers, (services) => addByDialogue(services, fixed))
  expect(left).toEqual([])
  return result
}

const unconnected: Answer = {
  status: 201,
  body: accountAnswer({
    oauth2: { profileId: 'p1', state: 'consent-missing', detail: 'The account has not been connected yet.' },
  }),
}

const atGmail: Given[] = ['desk@gmail.com', 'Gmail', enter, 'pass word']
/** INBOX, all mail, keep, not trusted, by the To field, valid, no comment, save. */
const theRest: Given[] = Array(8).fill(enter)
const rejected = failed({ code: 'credentials-rejected', remedy: 'Check them.' })

describe('accounts add as a dialogue', () => {
  it('the accounts add dialogue asks for everything on the reference’s screen, tests the account and saves it', async () => {
    const { value, said, requests, asked } = await add({ tests: [passed], saves: [created] }, [...atGmail, ...theRest])
    expect(value?.accountId).toBe(accountAnswer().accountId)
    expect(asked.map(({ message }) => message)).toEqual([
      'Email address:',
      'Mail server:',
      'User name:',
      'Password (not shown):',
      'Folder:',
      'Which mail should be fetched?',
      'What should happen to mail after it has been fetched and stored?',
      'Trust the X-OTOBO-… headers in its mail?',
      'Which queue receives the mail?',
      'Validity:',
      'Comment for other admins (may be empty):',
      'Save the account?',
    ])
    expect(said).toContain('app password')
    expect(said).toContain(
      '1,204 messages are waiting, the oldest since 2024-11-02. All mail will be fetched and kept on the server.',
    )
    const tested = {
      type: 'IMAPS',
      host: 'imap.gmail.com',
      port: 993,
      username: 'desk@gmail.com',
      password: 'pass word',
      authentication: 'password',
    }
    expect(requests.map(({ path }) => path)).toEqual(['/connection-test', '/accounts?receipt=test.nonce'])
    expect(requests[0]?.body).toEqual(tested)
    expect(requests[1]?.body).toEqual({
      ...tested,
      folder: 'INBOX',
      startFrom: 'everything',
      afterFetch: { action: 'keep' },
      trusted: false,
      dispatching: { by: 'to-field' },
      validity: 'valid',
      comment: '',
    })
    expect(said).not.toContain('pass word')
  })

  it('the accounts add dialogue asks only for what the options leave open', async () => {
    const fixed: AccountDraft = {
      host: 'imap.example.com',
      username: 'desk@example.com',
      port: 1993,
      folder: 'Done',
      trusted: true,
      comment: 'first',
      dispatching: { by: 'queue', queueId: 'q1' },
      afterFetch: { action: 'delete' },
      startFrom: 'new',
    }
    const { asked, requests } = await add(
      { tests: [passed], saves: [created] },
      ['IMAPS', 'pass word', 'invalid-temporarily', 'save'],
      fixed,
    )
    expect(asked.map(({ message }) => message)).toEqual([
      'Protocol and encryption:',
      'Password (not shown):',
      'Validity:',
      'Save the account?',
    ])
    expect(requests[0]?.body).toMatchObject({ host: 'imap.example.com', port: 1993, folder: 'Done' })
    expect(requests[1]?.body).toMatchObject({ ...fixed, type: 'IMAPS', validity: 'invalid-temporarily' })
  })

  it('the accounts add dialogue offers the server’s folders and valid queues, and tests a chosen folder', async () => {
    const { asked, requests, said } = await add({ tests: [passed, passed], saves: [created] }, [
      ...atGmail,
      'Done',
      ...['only new', 'move', 'INBOX', 'yes', 'always Support', 'invalid:', 'Old desk', 'save'],
    ])
    const choices = (message: string) => asked.find((one) => one.message === message)?.choices
    expect(choices('Folder:')).toEqual(['INBOX (1,204 messages)', 'Done (1 message)', 'Odd [2J', 'another folder'])
    // Mail cannot be moved to the folder that is fetched.
    expect(choices('Folder for fetched mail:')).toEqual(['INBOX (1,204 messages)', 'Odd [2J', 'another folder'])
    expect(choices('Which queue receives the mail?')).toEqual([
      'the queue of the address in the To field',
      'always Raw',
      'always Support',
    ])
    expect(requests.map(({ path }) => path)).toEqual([
      '/connection-test',
      '/connection-test',
      '/accounts?receipt=test.nonce',
    ])
    expect(requests[1]?.body).toMatchObject({ folder: 'Done' })
    expect(requests[2]?.body).toMatchObject({
      folder: 'Done',
      startFrom: 'new',
      afterFetch: { action: 'move', folder: 'INBOX' },
      trusted: true,
      dispatching: { by: 'queue', queueId: 'q1' },
      validity: 'invalid',
      comment: 'Old desk',
    })
    expect(said).toContain(
      'Only mail that arrives from now on will be fetched once the account is valid and then moved',
    )
  })

  it('the accounts add dialogue asks only for the password again after a rejected login', async () => {
    const { asked, requests, said } = await add({ tests: [rejected, passed], saves: [created] }, [
      ...atGmail,
      enter,
      'right one',
      ...theRest,
    ])
    expect(said).toContain('Check them.')
    expect(asked[4]).toMatchObject({
      choices: expect.arrayContaining(['enter the password again', 'change an answer']),
    })
    expect(asked[5]?.message).toBe('Password (not shown):')
    expect(requests[1]?.body).toEqual({ ...(requests[0]?.body as object), password: 'right one' })
    expect(requests[2]?.body).toMatchObject({ password: 'right one' })
  })

  it('the accounts add dialogue lets the user change single answers, which are shown, and tests again', async () => {
    const { requests, asked } = await add({ tests: [failed({}), passed], saves: [created] }, [
      ...['desk@example.com', 'another server', 'IMAPS', 'pop.example.com', enter, 'desk', 'first'],
      ...['change', 'Type', 'POP3S', 'Port', '1995', 'nothing else'],
      ...['mail that arrived', '2026-03-01', 'keep', enter, enter, enter, enter, 'save'],
    ])
    const menu = asked.find(({ message }) => message === 'What do you want to change?')
    expect(menu?.choices).toEqual([
      'Type                   IMAPS',
      'Mail server            pop.example.com',
      'Port                   993',
      'User name              desk',
      'Password               not shown',
      'Certificate authority  those of the system',
      'Folder                 INBOX',
      'Starts from            all mail',
      'After fetch            delete',
      'Trusted                no',
      'Dispatching            by the To field',
      'Validity               valid',
      'Comment',
      'nothing else, continue',
    ])
    expect(requests[1]?.body).toEqual({ ...(requests[0]?.body as object), type: 'POP3S', port: 1995 })
    // POP3 has no folder to ask for or to move mail to.
    expect(asked.map(({ message }) => message)).not.toContain('Folder:')
    expect(asked.find(({ message }) => message.startsWith('What should happen'))?.choices).toEqual([
      'keep it on the server',
      'delete it from the server',
    ])
    expect(requests[2]?.body).toMatchObject({ startFrom: { since: '2026-03-01T00:00:00.000Z' } })
  })

  it('the accounts add dialogue trusts the certificate authority from a test or from a file if the user chooses to', async () => {
    const notTrusted = { step: 'tls', code: 'certificate-not-trusted' }
    const shown = await add(
      { tests: [failed({ ...notTrusted, facts: { customCa: 'PEM' } }), passed], saves: [created] },
      [...atGmail, 'trust the certificate authority shown', ...theRest],
    )
    expect(shown.requests[1]?.body).toMatchObject({ customCa: 'PEM' })
    expect(shown.requests[2]?.body).toMatchObject({ customCa: 'PEM' })
    const fromFile = await add({ tests: [failed(notTrusted), passed], saves: [created] }, [
      ...atGmail,
      ...['trust a certificate authority in a PEM file', 'package.json'],
      ...theRest,
    ])
    expect(fromFile.requests[2]?.body).toMatchObject({ customCa: readFileSync('package.json', 'utf8') })
  })

  it('the accounts add dialogue shows why the API refuses an account, keeps all answers and offers to change them', async () => {
    const taken: Answer = { status: 409, body: { title: 'Another account already collects this mailbox' } }
    const { value, said, asked, requests } = await add({ tests: [passed, passed], saves: [taken, created] }, [
      ...atGmail,
      ...theRest,
      ...[enter, 'Folder', 'Done', enter, enter],
    ])
    expect(value).toBeDefined()
    expect(said).toContain('already collects this mailbox')
    expect(asked.at(-5)?.preset).toBe('change')
    expect(requests.at(-1)?.body).toMatchObject({ folder: 'Done', password: 'pass word' })
  })

  it('the accounts add dialogue does not send a receipt again that the API has refused', async () => {
    const expired: Answer = { status: 409, body: { title: 'The connection test is missing' } }
    const { requests } = await add({ tests: [passed], saves: [expired, created] }, [...atGmail, ...theRest, 'save'])
    expect(requests.map(({ path }) => path)).toEqual(['/connection-test', '/accounts?receipt=test.nonce', '/accounts'])
  })

  it('the accounts add dialogue suggests the provider’s profile, and saves a shared mailbox before consent', async () => {
    const { requests, said, asked } = await add(
      { tests: [consentLater, consentLater], saves: [unconnected], profiles: [microsoft365] },
      ['desk@outlook.com', enter, enter, 'jane@outlook.com', 'Elsewhere', ...theRest.slice(1)],
    )
    expect(asked[1]).toMatchObject({
      preset: 'p1',
      choices: ['with a password', 'with OAuth2, profile Desk at Microsoft 365'],
    })
    expect(asked.map(({ message }) => message)).not.toContain('Password (not shown):')
    expect(said).toContain('The number of waiting messages will be known after the first login.')
    expect(requests.map(({ path }) => path)).toEqual(['/connection-test', '/connection-test', '/accounts'])
    expect(requests[0]?.body).toEqual({
      authentication: 'oauth2',
      profileId: 'p1',
      type: 'IMAPS',
      host: 'outlook.office365.com',
      port: 993,
      username: 'jane@outlook.com',
      mailbox: 'desk@outlook.com',
    })
  })

  it('the accounts add dialogue suggests the mail servers of the chosen profile’s provider first, and only types with TLS', async () => {
    const ofKeycloak = { ...microsoft365, profileId: 'p2', name: 'Own login', providerId: 'k1' }
    const script = { tests: [consentLater], saves: [unconnected], profiles: [ofKeycloak] }
    const known = await add(script, ['desk@example.org', 'with OAuth2', enter, enter, ...theRest])
    expect(known.requests[0]?.body).toMatchObject({ type: 'IMAPS', host: 'post.example.com', port: 993 })
    const other = await add(script, [
      ...['desk@example.org', 'with OAuth2', 'another server', 'POP3TLS', 'pop.example.org', enter, enter],
      ...theRest.slice(1),
    ])
    const types = other.asked.find(({ message }) => message === 'Protocol and encryption:')?.choices
    expect(types?.map((choice) => choice.split(':')[0])).toEqual(['IMAPS', 'IMAPTLS', 'POP3S', 'POP3TLS'])
    expect(other.requests[0]?.body).toMatchObject({ type: 'POP3TLS', port: 110 })
  })

  it('the accounts add dialogue explains how to add a profile if the provider requires OAuth2 and there is none', async () => {
    const { said } = await add({ tests: [failed({})] }, [
      ...['desk@outlook.com', 'Microsoft 365', enter, 'pass word'],
      'give up',
    ])
    expect(said).toContain('only OAuth2')
    expect(said).toContain('postmaster oauth2 profiles add --provider microsoft --help')
  })

  it('the accounts add dialogue saves without a successful test only if the user chooses to, and nothing if the user gives up', async () => {
    const anyway = await add({ tests: [failed({}), failed({})], saves: [created] }, [
      ...[...atGmail, 'continue', 'INBOX'],
      ...theRest.slice(1),
    ])
    expect(anyway.requests.at(-1)?.path).toBe('/accounts')
    const stopped = await add({ tests: [failed({})] }, [...atGmail, 'give up'])
    expect(stopped.error).toMatchObject({ message: 'Nothing was saved.', exitCode: 2 })
    expect(stopped.requests).toHaveLength(1)
  })
})

describe.runIf(hasPseudoTerminal)('accounts add at a terminal', () => {
  const connection = (api: { url: string; tokenFile: string }) => ['--url', api.url, '--token-file', api.tokenFile]

  it('accounts add asks at a terminal and writes only the result to standard output', async () => {
    await using api = await dialogueApi({ tests: [passed], saves: [created] })
    const { code, out } = await spawnCli([...connection(api), 'accounts', 'add'], {
      terminal: true,
      answers: [
        { after: 'Email address:', text: 'desk@gmail.com\r' },
        { after: 'Mail server:', text: '\r' },
        { after: 'User name:', text: '\r' },
        { after: 'Password (not shown):', text: 'pass word\r' },
        ...['Folder:', 'be fetched?', 'fetched and stored?', 'headers in its mail?'].map((after) => ({
          after,
          text: '\r',
        })),
        ...['receives the mail?', 'Validity:', 'other admins', 'Save the account?'].map((after) => ({
          after,
          text: '\r',
        })),
      ],
    })
    expect(code, out).toBe(0)
    expect(out).toContain('Added support@example.com')
    expect(out).not.toContain('pass word')
    expect(api.asked.at(-1)?.body).toMatchObject({ host: 'imap.gmail.com', password: 'pass word' })
  })

  it('accounts add says after Ctrl-C that nothing was saved, and exits with code 130', async () => {
    await using api = await dialogueApi({})
    const { code, out } = await spawnCli([...connection(api), 'accounts', 'add'], {
      terminal: true,
      answers: [
        { after: 'Email address:', text: 'desk@gmail.com\r' },
        { after: 'Mail server:', text: '\u0003' },
      ],
    })
    expect(code, out).toBe(130)
    expect(out).toContain('Nothing was saved.')
    expect(api.asked.filter(({ method }) => method === 'POST')).toEqual([])
  })
})
