import { exactTime } from './times.tsx'

interface Reason {
  readonly code?: string | undefined
  readonly detail: string
  readonly remedy?: string | undefined
}

/**
 * Returns a reason of the API in terms of this page. The sentences of the API also serve the command line: they can name
 * its commands, and they contain times in UTC.
 */
export const onPage = <R extends Reason>(reason: R): R => ({
  ...reason,
  detail: inReadersTime(reason.detail),
  ...(reason.remedy !== undefined && { remedy: inReadersTime(remedyOf(reason.code, reason.remedy)) }),
})

/** What the page says instead of a remedy that names a command or a field of the API, by the code of the reason. */
const remedies: Readonly<Record<string, string>> = {
  'agent-silent': 'On the host of the ticket system, check whether the agent is running, and read its log.',
  'client-secret-expired':
    'Create a new client secret at the provider, then choose “Replace secret” under OAuth2. No one has to consent again. If you have already replaced the secret, correct its expiry date there.',
  'client-secret-expires':
    'Create a new client secret at the provider, then choose “Replace secret” under OAuth2. No one has to consent again.',
  'consent-missing':
    'Create a consent link on the page of the account, then open it yourself or send it to the owner of the mailbox.',
  'deliveries-in-doubt':
    'Check in the ticket system whether the messages arrived. Then retry each delivery or mark it as handled.',
  'deliveries-wait': 'Resume the destination, or send the deliveries to another destination.',
  'host-not-named':
    'Set the mail server of the provider for this protocol under OAuth2. Postmaster sends an app-only token only to this server.',
  'no-token': 'Create a token on the page of the destination, and set up the agent on the host of the ticket system.',
  'token-refused':
    'Check that the user who gave consent can open this mailbox, that IMAP or POP3 is enabled for it, and that the scopes of the OAuth2 provider are those of the mail server. The OAuth2 doctor on the page of the account checks each of these.',
}

const remedyOf = (code = '', remedy: string): string => {
  const text = remedy.replaceAll(addedCommand, '')
  return text.includes('`') ? (remedies[code] ?? text) : text
}

/** A command that a sentence adds to an action which the page has a button for. */
const addedCommand = / \(`postmaster [^`]*`\)| with `postmaster [^`]*`(?: or the connect action of the API)?/g

const inReadersTime = (text: string): string => text.replaceAll(timeInUtc, exactTime)

const timeInUtc = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g
