import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { queueListCommand, queuesIn } from '../../../cli/deliver/check-queues.ts'
import { presets } from '../../../cli/deliver/receiver/exit-codes.ts'
import { runCli } from '../run-cli.ts'
import { AgentApi } from './agent-api.ts'
import { AgentFolder, agentOptions } from './agent-run.ts'

let [api, folder] = [undefined, undefined] as unknown as [AgentApi, AgentFolder]
beforeEach(async () => {
  api = await AgentApi.start()
  folder = new AgentFolder()
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** Prints what OTOBO's console prints for `Admin::Queue::List`. */
const otobo = () =>
  folder.script(
    'otobo.Console.pl',
    `[ "$1" = Admin::Queue::List ] || exit 1; printf '\\033[33mListing Queues...\\033[0m\\n  Raw\\n  Desk::Größe\\n  junk\\n\\033[32mDone.\\033[0m\\n'`,
  )
const check = (preset: string, command: string) =>
  runCli(
    ...agentOptions(api, folder),
    '--check-queues',
    '--preset',
    preset,
    '--pipe',
    '--',
    command,
    'Maint::PostMaster::Read',
    '{untrusted}',
  )

describe('postmaster deliver --check-queues', () => {
  it('queues that exist are listed as correct', async () => {
    api.queues = {
      items: [
        { name: 'Raw', ours: ['Support', 'Sales'] },
        { name: 'Desk::Größe', ours: [] },
      ],
    }
    const { code, out } = await check('otobo', otobo())
    expect([code, out]).toEqual([0, 'ok  Raw  (from Support, Sales)\nok  Desk::Größe\n'])
  })

  it('a queue that does not exist is an error, and a name with other capitals is suggested', async () => {
    api.queues = {
      items: [
        { name: 'Raw', ours: [] },
        { name: 'Junk', ours: ['Spam'] },
      ],
    }
    const { code, out, err } = await check('otobo', otobo())
    expect([code, out]).toEqual([1, 'ok  Raw\n!!  Junk  (from Spam)\n'])
    expect(err).toContain('One queue does not exist in the ticket system')
    expect(err).toContain('The ticket system has junk, which differs from Junk in case.')
  })

  it('a ticket system that cannot be asked is an error with the list of names', async () => {
    api.queues = { items: [{ name: 'Raw', ours: [] }] }
    const { code, out, err } = await check('rt', otobo())
    expect([code, out]).toEqual([1, '??  Raw\n'])
    expect(err).toContain('cannot be asked for its queues')
  })

  it('a list command that fails is shown with its output', async () => {
    const { code, err } = await check('otobo', folder.script('broken', 'echo no database >&2; exit 1'))
    expect(code).toBe(1)
    expect(err).toContain('failed (exit code 1)')
    expect(err).toContain('no database')
  })

  it.each([
    [
      ['sudo', '-u', 'otobo', '/x/otobo.Console.pl', 'Maint::PostMaster::Read', '{queue}'],
      ['sudo', '-u', 'otobo', '/x/otobo.Console.pl', 'Admin::Queue::List'],
    ],
    [
      ['/x', 'Maint::PostMaster::Read', '--allow-root'],
      ['/x', 'Admin::Queue::List', '--allow-root'],
    ],
    [['/x', 'Something::Else'], undefined],
  ])('the list command for %j is %j', (argv, expected) => {
    expect(queueListCommand({ argv, preset: presets.otobo })).toEqual(expected)
  })

  it('the heading and the last line of the list are not queues', () => {
    expect(queuesIn('Listing Queues...\n  A\n  B::C D\r\nDone.\n')).toEqual(['A', 'B::C D'])
  })
})

describe('postmaster deliver --sample', () => {
  it('the sample reaches the command without the API, and the transcript shows what happened', async () => {
    const command = folder.script('take', `cat > ${folder.path}/sample; echo Ticket: 7; echo "$1"`)
    const { code, out } = await runCli('deliver', '--sample', 'Raw', '--pipe', '--', command, '{queue}', '{untrusted}')
    expect(code).toBe(0)
    expect(out).toContain(`command     "${command}" "Raw" "--untrusted"`)
    expect(out).toMatch(/result {6}delivered, ticket 7/)
    expect(folder.read('sample')).toContain('Subject: Sample mail of Postmaster\r\n')
    expect(api.requests).toEqual([])
  })

  it('a command that refuses the sample ends with the reason', async () => {
    const command = folder.script('refuse', 'echo no room >&2; exit 4')
    const { code, err } = await runCli('deliver', '--sample', '--pipe', '--', command)
    expect(code).toBe(1)
    expect(err).toContain('The command ended with exit code 4: no room')
  })

  it('a sample for a Maildir is a file in it', async () => {
    expect((await runCli('deliver', '--sample', '--maildir', folder.at('desk'))).code).toBe(0)
  })

  it('a command that obeys headers of strangers, or that hides refusals, causes a warning', async () => {
    const command = folder.script('take', 'exit 0')
    const warnings = async (preset: string, ...words: string[]) =>
      (await runCli('deliver', '--sample', '--preset', preset, '--pipe', '--', command, ...words)).err
    expect(await warnings('otobo', '{queue}')).toContain('The command has no {untrusted}.')
    expect(await warnings('otobo', '{queue}', '--untrusted')).toBe('')
    expect(await warnings('rt')).toContain('The command has no --debug.')
  })
})
