import { describe, expect, it } from 'vitest'
import { verdictOf } from '../../../cli/deliver/receiver/classify.ts'
import type { CommandRun } from '../../../cli/deliver/receiver/command-run.ts'
import { type Preset, type PresetName, presets } from '../../../cli/deliver/receiver/exit-codes.ts'

const ended = (more: Partial<CommandRun>): CommandRun => ({ timedOut: false, stdout: '', stderr: '', ...more })

/** A verdict in short: `delivered`, or permanence, scope, code and doubt. */
const short = (name: PresetName, run: Partial<CommandRun>, repeatable = false): string => {
  const preset: Preset = presets[name]
  const verdict = verdictOf(preset, ended(run), repeatable)
  if (verdict.result === 'delivered') return `delivered${verdict.ticket === undefined ? '' : ` ${verdict.ticket}`}`
  const { permanent, scope, code, inDoubt } = verdict.failure
  return `${permanent ? 'permanent' : 'temporary'} ${scope} ${code}${inDoubt ? ' in doubt' : ''}`
}

const names: readonly PresetName[] = ['command', 'otobo', 'znuny', 'zammad', 'rt', 'osticket', 'redmine']

/** The ends that mean the same to every preset. */
const common: ReadonlyArray<readonly [Partial<CommandRun>, string]> = [
  [{ code: 0 }, 'delivered'],
  [{ code: 2 }, 'temporary message command-failed'],
  [{ code: 75 }, 'temporary message command-failed'],
  [{ code: 126 }, 'temporary destination command-not-executable'],
  [{ code: 127 }, 'temporary destination command-not-found'],
  [{ refused: 'ENOENT' }, 'temporary destination command-not-found'],
  [{ refused: 'EACCES' }, 'temporary destination command-not-executable'],
  [{ refused: 'EAGAIN' }, 'temporary destination command-not-started'],
  [{ signal: 'SIGKILL' }, 'temporary message command-killed in doubt'],
  [{ timedOut: true }, 'temporary message command-timed-out in doubt'],
  [{ timedOut: true, code: 0 }, 'temporary message command-timed-out in doubt'],
  [{ timedOut: true, signal: 'SIGTERM' }, 'temporary message command-timed-out in doubt'],
]

/** The ends of one preset. */
const own: ReadonlyArray<readonly [PresetName, Partial<CommandRun>, string]> = [
  ['command', { code: 0, stdout: 'log\nTicket: DESK-12\r\nmore' }, 'delivered DESK-12'],
  ['command', { code: 0, stdout: `Ticket: ${'9'.repeat(101)}` }, 'delivered'],
  ['command', { code: 1, stdout: 'Ticket: 12' }, 'temporary message command-failed'],
  ['otobo', { code: 1 }, 'temporary message command-failed'],
  ['znuny', { code: 1 }, 'temporary message command-failed'],
  ['zammad', { code: 1 }, 'temporary message command-failed'],
  ['rt', { code: 0, stderr: 'rt-mailgate: connecting to http://rt\nok\nTicket: 12\nQueue: Raw\n' }, 'delivered 12'],
  [
    'rt',
    { code: 0, stderr: 'rt-mailgate: connecting to http://rt\nnot ok - Could not load' },
    'permanent message refused',
  ],
  ['rt', { code: 1 }, 'temporary destination command-misused'],
  [
    'rt',
    { code: 75, stderr: 'RT server error.\n\nIt said:\n\ntemporary failure - no queue' },
    'temporary message receiver-not-ready',
  ],
  [
    'rt',
    { code: 75, stderr: "HTTP request failed: 500 Can't connect to rt:80 (refused)." },
    'temporary destination receiver-unavailable',
  ],
  ['rt', { code: 75, stderr: 'HTTP request failed: 502 Bad Gateway.' }, 'temporary destination receiver-unavailable'],
  [
    'rt',
    { code: 75, stderr: 'HTTP request failed: 503 Service Unavailable.' },
    'temporary destination receiver-unavailable',
  ],
  ['rt', { code: 75, stderr: 'HTTP request failed: 403 Forbidden.' }, 'temporary destination receiver-denied-access'],
  ['rt', { code: 75, stderr: 'HTTP request failed: 404 Not Found.' }, 'temporary destination receiver-denied-access'],
  ['rt', { code: 75, stderr: 'HTTP request failed: 500 read timeout.' }, 'temporary message answer-lost in doubt'],
  [
    'rt',
    { code: 75, stderr: 'HTTP request failed: 500 Server closed connection without' },
    'temporary message answer-lost in doubt',
  ],
  ['rt', { code: 75, stderr: 'HTTP request failed: 504 Gateway Timeout.' }, 'temporary message answer-lost in doubt'],
  ['rt', { code: 75, stderr: 'HTTP request failed: 500 Internal Server Error.' }, 'temporary message command-failed'],
  ['osticket', { code: 65 }, 'permanent message refused'],
  ['osticket', { code: 66 }, 'permanent message refused'],
  ['osticket', { code: 69 }, 'temporary destination receiver-unavailable'],
  ['osticket', { code: 77 }, 'permanent message refused'],
  ['redmine', { code: 1 }, 'temporary message command-failed'],
  [
    'redmine',
    { code: 77, stderr: 'Request was denied by your Redmine server. Possible reasons: …' },
    'permanent message refused',
  ],
  [
    'redmine',
    {
      code: 77,
      stderr: "Request was denied by your Redmine server. Make sure that 'WS for incoming emails' is enabled",
    },
    'temporary destination receiver-denied-access',
  ],
  [
    'redmine',
    { code: 75, stderr: 'An error occured while contacting your Redmine server: Connection refused - connect(2)' },
    'temporary destination receiver-unavailable',
  ],
  [
    'redmine',
    {
      code: 75,
      stderr: 'An error occured while contacting your Redmine server: Failed to open TCP connection to x:80',
    },
    'temporary destination receiver-unavailable',
  ],
  ['redmine', { code: 1, stderr: 'Unable to read the key from /x:' }, 'temporary destination receiver-denied-access'],
]

describe('the presets', () => {
  it('the detail is the line that a text rule recognised, without what surrounds it', () => {
    const verdict = verdictOf(presets.rt, ended({ code: 0, stderr: 'connecting to x\nnot ok - No user\nmore' }), false)
    expect(verdict).toMatchObject({ failure: { detail: 'The command ended with exit code 0: not ok - No user' } })
  })

  it.each(names.flatMap((name) => common.map(([run, verdict]) => ({ name, run, verdict }))))(
    'preset $name: $run means $verdict',
    ({ name, run, verdict }) => expect(short(name, run)).toBe(verdict),
  )

  it.each(own.map(([name, run, verdict]) => ({ name, run, verdict })))('preset $name: $run means $verdict', (one) => {
    expect(short(one.name, one.run)).toBe(one.verdict)
  })

  it.each([
    ['an exit code', { code: 75 }, true],
    ['a text', { code: 0, stderr: 'not ok - No user' }, true],
    ['a lost answer', { code: 75, stderr: 'HTTP request failed: 500 read timeout' }, undefined],
    ['a time-out', { timedOut: true, code: 0 }, undefined],
    ['a signal', { signal: 'SIGKILL' }, undefined],
    ['a command that cannot be started', { refused: 'ENOENT' }, undefined],
  ] as const)('a failure by %s shows whether the ticket system answered', (_, run, answered) => {
    const verdict = verdictOf(presets.rt, ended(run), true)
    expect(verdict.result === 'failed' && verdict.failure.answered).toBe(answered)
  })

  it('a command that recognises repeats is never in doubt', () => {
    expect(short('command', { timedOut: true }, true)).toBe('temporary message command-timed-out')
    expect(short('rt', { code: 75, stderr: 'HTTP request failed: 500 read timeout' }, true)).toBe(
      'temporary message answer-lost',
    )
  })

  it('the detail of a failure has the beginning of the output on one line, without terminal sequences', () => {
    const verdict = verdictOf(
      presets.otobo,
      ended({ code: 1, stderr: `\u001b[31mERROR:\u001b[0m\n no\u0000 database${'x'.repeat(5000)}` }),
      false,
    )
    if (verdict.result === 'delivered') throw new Error('delivered')
    expect(verdict.failure.detail).toMatch(/^The command ended with exit code 1: \[31mERROR: \[0m no database[x]+$/)
    expect(verdict.failure.detail.length).toBeLessThan(400)
  })
})
