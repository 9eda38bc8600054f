import { describe, expect, it } from 'vitest'
import { editByDialogue } from '../../../../cli/accounts/dialogue/edit-by-dialogue.ts'
import { accountAnswer } from '../../account-answer.ts'
import { hasPseudoTerminal, spawnCli } from '../../run-cli.ts'
import type { Answer } from '../../scripted-api.ts'
import { dialogueApi, failed, microsoft365, passed, runDialogue, type Script } from './dialogue-api.ts'
import { enter, type Given } from './person.ts'

const stored = accountAnswer({ dispatching: { by: 'queue', queueId: 'q1', queueName: 'Support' }, comment: 'first' })
const changed: Answer = { body: stored }

const edit = async (script: Script, ...answers: Given[]) => {
  const { left, ...result } = await runDialogue({ stored, ...script }, answers, (services) =>
    editByDialogue(services, 'a1'),
  )
  expect(left).toEqual([])
  return result
}

describe('accounts edit as a dialogue', () => {
  it('the accounts edit dialogue shows the present values and saves only what has changed', async () => {
    const { asked, requests, value } = await edit(
      { saves: [changed] },
      ...['Comment', 'second', 'Trusted', 'yes', 'Dispatching', 'the queue of the address', enter],
    )
    expect(asked[0]?.choices).toEqual([
      'Type                   IMAPS',
      'Mail server            mail.example.com',
      'Port                   993',
      'User name              support@example.com',
      'Password               not changed',
      'Certificate authority  those of the system',
      'Folder                 INBOX',
      'Starts from            all mail',
      'After fetch            delete',
      'Trusted                no',
      'Dispatching            queue Support',
      'Validity               valid',
      'Comment                first',
      'leave without saving',
    ])
    expect(asked[1]?.preset).toBe('first')
    expect(asked[5]?.preset).toBe('q1')
    expect(requests).toMatchObject([{ method: 'PATCH', path: '/accounts/a1' }])
    expect(requests[0]?.body).toEqual({ trusted: true, comment: 'second', dispatching: { by: 'to-field' } })
    expect(value?.fields).toEqual(['trusted', 'dispatching', 'comment'])
  })

  it('the accounts edit dialogue tests a changed connection with the stored password, and offers the folders of the server', async () => {
    const { asked, requests } = await edit({ tests: [passed, passed], saves: [changed] }, 'Folder', 'Done', enter)
    expect(asked[1]?.choices).toContain('Done (1 message)')
    expect(requests.map(({ path }) => path)).toEqual(['/accounts/a1/test', '/accounts/a1/test', '/accounts/a1'])
    expect(requests[1]?.body).toEqual({
      type: 'IMAPS',
      host: 'mail.example.com',
      port: 993,
      authentication: 'password',
      username: 'support@example.com',
      folder: 'Done',
    })
    expect(requests[2]?.body).toEqual({ folder: 'Done' })
  })

  it('the accounts edit dialogue asks for the password if the stored one cannot be used, and again if it is rejected', async () => {
    const rejected = failed({ code: 'credentials-rejected' })
    const { requests, said } = await edit(
      { tests: [rejected, passed], saves: [changed] },
      ...['Mail server', 'new.example.com', enter, 'wrong', 'enter the password again', 'right'],
    )
    expect(said).toContain('The password is required again, because a stored password is never sent to another host.')
    expect(requests[0]?.body).toMatchObject({ host: 'new.example.com', password: 'wrong' })
    expect(requests[2]?.body).toEqual({ host: 'new.example.com', password: 'right' })
    expect(said).not.toMatch(/wrong|right/)
  })

  it('the accounts edit dialogue changes the port and the folders with the type', async () => {
    const withFolders = accountAnswer({ folder: 'Done', afterFetch: { action: 'move', folder: 'Old' } })
    const { requests } = await edit(
      { stored: withFolders, tests: [passed], saves: [changed] },
      ...['Type', 'POP3S', enter],
    )
    expect(requests[1]?.body).toEqual({ type: 'POP3S', port: 995, folder: null, afterFetch: { action: 'keep' } })
  })

  it('the accounts edit dialogue switches to a password, which opens the mailbox that was fetched before', async () => {
    const shared = accountAnswer({
      authentication: 'oauth2',
      username: 'jane@example.com',
      mailbox: 'desk@example.com',
      oauth2: { profileId: 'p1', state: 'connected', detail: 'Connected.' },
    })
    const { requests, asked } = await edit(
      { stored: shared, tests: [passed], saves: [changed], profiles: [microsoft365] },
      ...['Login', 'with a password', 'pass word', enter],
    )
    expect(asked[0]?.choices).toContain('Login                  with OAuth2, profile Desk at Microsoft 365')
    expect(requests[1]?.body).toEqual({
      authentication: 'password',
      profileId: null,
      mailbox: null,
      username: 'desk@example.com',
      password: 'pass word',
    })
  })

  it('the accounts edit dialogue shows why the API refuses a change, and keeps the answers', async () => {
    const refused: Answer = { status: 400, body: { title: 'The comment is too long' } }
    const { said, requests } = await edit({ saves: [refused, changed] }, ...['Comment', 'second', enter, enter])
    expect(said).toContain('The comment is too long.')
    expect(requests[1]?.body).toEqual({ comment: 'second' })
  })

  it('the accounts edit dialogue applies the answers to the account that another admin has changed in the meantime', async () => {
    const storedLater = accountAnswer({ ...stored, trusted: true, version: 2 })
    const conflict: Answer = { status: 412, body: { title: 'The resource was changed in the meantime' } }
    const { asked, said, requests } = await edit(
      { storedLater, saves: [conflict, changed] },
      ...['Comment', 'second', enter, enter],
    )
    expect(said).toContain('Your changes are kept.')
    expect(asked.at(-1)?.choices).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Trusted +yes$/), expect.stringMatching(/^Comment +second$/)]),
    )
    expect(requests[1]?.body).toEqual({ comment: 'second' })
  })

  it('the accounts edit dialogue saves nothing if the user leaves', async () => {
    const { requests, error } = await edit({}, 'Comment', 'second', 'leave')
    expect(error).toMatchObject({ message: 'Nothing was saved.', exitCode: 2 })
    expect(requests).toEqual([])
  })

  it.runIf(hasPseudoTerminal)('accounts edit without options asks at a terminal', async () => {
    await using api = await dialogueApi({ stored, saves: [changed] })
    const command = ['--url', api.url, '--token-file', api.tokenFile, 'accounts', 'edit', accountAnswer().accountId]
    const { code, out } = await spawnCli(command, {
      terminal: true,
      // The last settings are above the first one in the list, which goes round.
      answers: [
        { after: 'What do you want to change?', text: '\u001b[A\u001b[A\r' },
        { after: 'other admins', text: ' and second\r' },
        { after: 'save the changes', text: '\r' },
      ],
    })
    expect(code, out).toBe(0)
    expect(out).toContain('Changed support@example.com')
    expect(api.asked.at(-1)).toMatchObject({ method: 'PATCH', body: { comment: 'and second' } })
  })
})
