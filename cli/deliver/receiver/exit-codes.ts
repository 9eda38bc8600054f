import type { Failure } from './receiver.ts'

export type Rule = Pick<Failure, 'scope' | 'permanent' | 'inDoubt' | 'code' | 'remedy'>

/** How to interpret the end of a ticket system's command. Exit code 0 is a success unless a text says otherwise. */
export interface Preset {
  /** Any other exit code is a temporary failure of this message. */
  readonly exits?: Readonly<Record<number, Rule>>
  /** The first rule whose text begins a line of the output wins over the exit code. */
  readonly texts?: ReadonlyArray<{ readonly begins: string; readonly rule: Rule }>
  /** A line of the output with the number of the ticket. */
  readonly ticket?: RegExp
  /** Words that the command should have, and the reason. */
  readonly advice?: ReadonlyArray<{ readonly word: string; readonly unless?: string; readonly because: string }>
  /** The word of the command that `Admin::Queue::List` replaces to list the queues. */
  readonly queueListInsteadOf?: string
}

const temporary = (scope: Rule['scope'], code: string, remedy: string): Rule => ({
  scope,
  permanent: false,
  inDoubt: false,
  code,
  remedy,
})
const permanent = (code: string, remedy: string): Rule => ({
  ...temporary('message', code, remedy),
  permanent: true,
})

const refusedMail = permanent('refused', 'Read the reason in the detail, and handle the mail by hand.')
const unavailable = temporary('destination', 'receiver-unavailable', 'Check that the ticket system is running.')
const notPermitted = temporary(
  'destination',
  'receiver-denied-access',
  'Correct the key or the permission of the command. Read the reason in the detail.',
)

const answerLost: Rule = {
  ...temporary('message', 'answer-lost', 'Check whether the mail has arrived in the ticket system.'),
  inDoubt: true,
}
/** What LWP and gateways report after the request was sent completely. */
const lostAnswers = ['500 read timeout', '500 Server closed connection', '500 Status read failed', '504']

/** POSIX shells, env and sudo report a command that is missing (127) or not executable (126). */
const withoutCommand: Preset['exits'] = {
  126: temporary('destination', 'command-not-executable', 'Make the command executable for the agent’s user.'),
  127: temporary('destination', 'command-not-found', 'Correct the path of the command.'),
}

/** A command can print `Ticket: NUMBER` on a line of its own. */
const ticketLine = /^Ticket: ?([^\s]{1,100})$/

/** OTOBO and Znuny end with 1 for everything, even if their database is down, so no exit code is permanent. */
const otobo: Preset = {
  exits: withoutCommand,
  advice: [
    {
      word: '{untrusted}',
      unless: '--untrusted',
      because: 'Without it, the ticket system obeys control headers such as X-OTOBO-Queue that a sender wrote.',
    },
    { word: '{queue}', because: 'Without it, the ticket system puts all mail into its default queue.' },
  ],
  queueListInsteadOf: 'Maint::PostMaster::Read',
}

export const presets = {
  command: { exits: withoutCommand, ticket: ticketLine },
  otobo,
  znuny: otobo,
  zammad: { exits: withoutCommand },
  /**
   * rt-mailgate writes the answer of the server to standard error with --debug. The answer contains the number of the
   * ticket only if RT's $DevelMode is 1. LWP writes its own errors as 500.
   */
  rt: {
    exits: { ...withoutCommand, 1: temporary('destination', 'command-misused', 'Correct the options of rt-mailgate.') },
    texts: [
      { begins: 'not ok', rule: refusedMail },
      {
        begins: 'temporary failure',
        rule: temporary(
          'message',
          'receiver-not-ready',
          'Check the name of the queue: RT answers like this if the queue does not exist.',
        ),
      },
      { begins: "HTTP request failed: 500 Can't connect", rule: unavailable },
      { begins: 'HTTP request failed: 502', rule: unavailable },
      { begins: 'HTTP request failed: 503', rule: unavailable },
      { begins: 'HTTP request failed: 403', rule: notPermitted },
      { begins: 'HTTP request failed: 404', rule: notPermitted },
      ...lostAnswers.map((begins) => ({ begins: `HTTP request failed: ${begins}`, rule: answerLost })),
    ],
    ticket: ticketLine,
    advice: [
      {
        word: '--debug',
        because:
          'Without it, rt-mailgate does not print that RT refused a mail, so a refused mail looks like a success.',
      },
    ],
  },
  /** api/pipe.php uses the codes of sysexits.h. */
  osticket: {
    exits: { ...withoutCommand, 65: refusedMail, 66: refusedMail, 69: unavailable, 77: refusedMail },
  },
  /** rdm-mailhandler.rb */
  redmine: {
    exits: { ...withoutCommand, 77: refusedMail },
    texts: [
      {
        begins: "Request was denied by your Redmine server. Make sure that 'WS for incoming emails'",
        rule: notPermitted,
      },
      { begins: 'An error occured while contacting your Redmine server: Connection refused', rule: unavailable },
      {
        begins: 'An error occured while contacting your Redmine server: Failed to open TCP connection',
        rule: unavailable,
      },
      { begins: 'Unable to read the key', rule: notPermitted },
    ],
  },
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets
