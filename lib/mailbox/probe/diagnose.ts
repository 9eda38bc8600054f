import type { StepFailure } from '../../reasons/step-log.ts'
import { charactersApart, nearestNames } from '../../text/nearest-names.ts'
import { type AccountType, accountTypeFacts, accountTypes } from '../account-type.ts'
import type { MailboxError, MailboxErrorCode } from '../mailbox-error.ts'
import { authenticatedButNotConnected } from '../refused-login.ts'
import { aboutCertificate, certificateFailure } from './certificate-failure.ts'
import type { FoundFolder } from './connection-test.ts'
import { type FoundService, type Glance, identifyService, showCertificate } from './glance.ts'

/** The situation in which a test failed. */
export interface Circumstances {
  readonly settings: { readonly type: AccountType; readonly port: number; readonly folder: string }
  /** The server that the connection reached, if any. */
  readonly glance: Glance | undefined
  readonly loggedIn: boolean
  readonly folders: readonly FoundFolder[] | undefined
}

/** Errors that may mean the wrong protocol, or the right one without the expected TLS. */
const puzzling: ReadonlySet<MailboxErrorCode> = new Set<MailboxErrorCode>([
  'tls-failed',
  'server-misbehaved',
  'connection-timed-out',
  'connection-lost',
  'server-silent',
  'greeting-refused',
])
/** Finds the cause and remedy of a failed step, with a closer look if the error alone is not specific enough. */
export const diagnose = async (error: MailboxError, about: Circumstances): Promise<StepFailure> => {
  const { type, port } = about.settings
  if (aboutCertificate.has(error.code) && about.glance) {
    const certificate = await showCertificate(about.glance, type)
    return certificate ? certificateFailure(error.reason, certificate) : error.reason
  }
  if (puzzling.has(error.code) && about.glance && !about.loggedIn)
    return wrongService(about.settings, await identifyService(about.glance)) ?? error.reason
  if (error.code === 'folder-missing') return missingFolder(error, about)
  if (error.code === 'token-refused' && authenticatedButNotConnected.test(error.serverWords))
    return closedMailbox(error)
  const { defaultPort } = accountTypeFacts[type]
  if (error.code === 'connection-refused' && port !== defaultPort)
    return { ...error.reason, remedy: `Check the host and port. The usual port for ${type} is ${defaultPort}.` }
  return error.reason
}

const closedMailbox = (error: MailboxError): StepFailure => ({
  ...error.reason,
  detail: `The mail server accepts the access token but does not open this mailbox. Server response: ${error.serverWords}`,
  remedy:
    'Check the spelling of the user name (or `mailbox`), give the user who consented, or the application, access to that mailbox, ' +
    'and enable IMAP or POP3 for it.',
})

const missingFolder = (error: MailboxError, { settings, folders = [] }: Circumstances): StepFailure => {
  const names = nearestNames(
    settings.folder,
    folders.map(({ name }) => name),
    foldersApart,
  )
  if (names.length === 0) return error.reason
  const remedy = `Set the folder to one that exists, for example ${names.map((name) => `“${name}”`).join(' or ')}.`
  return { ...error.reason, remedy, facts: { nearest: names } }
}

const wrongService = (
  { type, port }: Circumstances['settings'],
  found: FoundService | undefined,
): StepFailure | undefined => {
  if (!found) return undefined
  const { protocol, security } = accountTypeFacts[type]
  if (found.protocol === protocol && found.encrypted === (security === 'implicit-tls')) return undefined
  const speaks = `${found.protocol.toUpperCase()} ${found.encrypted ? 'with TLS from the first byte' : 'without TLS at the start'}`
  const fitting = accountTypes.filter((candidate) => isFor(candidate, found))
  const detail = `The service on port ${port} is ${speaks}, which does not match the type ${type}.`
  const own = `the usual port for ${type} is ${accountTypeFacts[type].defaultPort}`
  const [better] = fitting.toSorted((a, b) => rank(a) - rank(b))
  const remedy = better
    ? `Set the type to ${better} and keep the port, or keep the type and change the port (${own}).`
    : `Use a server for receiving mail (${own}). The service on this port is for sending mail.`
  return { code: 'wrong-type-for-port', detail, remedy, facts: { speaks: found.protocol, encrypted: found.encrypted } }
}

const isFor = (type: AccountType, { protocol, encrypted }: FoundService): boolean => {
  const facts = accountTypeFacts[type]
  return facts.protocol === protocol && (facts.security === 'implicit-tls') === encrypted
}

/** Ranks types that encrypt before types that do not. */
const rank = (type: AccountType): number => (accountTypeFacts[type].security === 'clear' ? 1 : 0)

/** Folders are also similar if they have the same name below another folder. */
const foldersApart = (a: string, b: string): number =>
  Math.min(charactersApart(a, b), charactersApart(leafOf(a), leafOf(b)) + 0.5)

/** Servers use `/` and `.` as separators. */
const leafOf = (name: string): string => name.split(/[/.]/).at(-1) ?? name
