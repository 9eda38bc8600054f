import { type AccountType, accountTypeFacts, accountTypes } from '../../accounts/account-type.ts'
import { type MailboxError, type MailboxErrorCode, mailboxErrorCatalogue } from '../mailbox-error.ts'
import { authenticatedButNotConnected } from '../refused-login.ts'
import { aboutCertificate, certificateFailure } from './certificate-failure.ts'
import type { FoundFolder } from './connection-test.ts'
import type { Glance } from './glance.ts'
import { type FoundService, identifyService } from './identify-service.ts'
import { nearestNames } from './nearest-names.ts'
import { showCertificate } from './show-certificate.ts'
import type { StepFailure } from './step-log.ts'

/** What is known where a test failed. */
export interface Circumstances {
  readonly settings: { readonly type: AccountType; readonly port: number; readonly folder: string }
  /** Where the connection went, if it went anywhere. */
  readonly glance: Glance | undefined
  readonly loggedIn: boolean
  readonly folders: readonly FoundFolder[] | undefined
}

/** May be the wrong protocol, or the right one without the TLS that is expected. */
const puzzling: ReadonlySet<MailboxErrorCode> = new Set<MailboxErrorCode>([
  'tls-failed',
  'server-misbehaved',
  'connection-timed-out',
  'connection-lost',
  'server-silent',
  'greeting-refused',
])
/** Cause and remedy of a failed step, after a closer look where the error alone does not tell. */
export const diagnose = async (error: MailboxError, about: Circumstances): Promise<StepFailure> => {
  const { type, port } = about.settings
  if (aboutCertificate.has(error.code) && about.glance) {
    const certificate = await showCertificate(about.glance, type)
    return certificate ? certificateFailure(plainFailure(error), certificate) : plainFailure(error)
  }
  if (puzzling.has(error.code) && about.glance && !about.loggedIn)
    return wrongService(about.settings, await identifyService(about.glance)) ?? plainFailure(error)
  if (error.code === 'folder-missing') return missingFolder(error, about)
  if (error.code === 'token-refused' && authenticatedButNotConnected.test(error.serverWords))
    return closedMailbox(error)
  const { defaultPort } = accountTypeFacts(type)
  if (error.code === 'connection-refused' && port !== defaultPort)
    return { ...plainFailure(error), remedy: `Check host and port: ${type} is usually on port ${defaultPort}.` }
  return plainFailure(error)
}

const plainFailure = (error: MailboxError): StepFailure => {
  const { words, remedy } = mailboxErrorCatalogue[error.code]
  return { code: error.code, words: error.serverWords ? `${words} It said: ${error.serverWords}` : words, remedy }
}

const closedMailbox = (error: MailboxError): StepFailure => ({
  ...plainFailure(error),
  words: `The mail server accepts the access token, but does not open this mailbox. It said: ${error.serverWords}`,
  remedy:
    'Check how the user name (or `mailbox`) is spelled, give whoever consented, or the application, access to that mailbox, and switch ' +
    'IMAP or POP3 on for it.',
})

const missingFolder = (error: MailboxError, { settings, folders = [] }: Circumstances): StepFailure => {
  const failure = plainFailure(error)
  const names = nearestNames(
    settings.folder,
    folders.map(({ name }) => name),
  )
  if (names.length === 0) return failure
  const remedy = `Set the folder to one that exists; perhaps ${names.map((name) => `“${name}”`).join(' or ')}.`
  return { ...failure, remedy, facts: { nearest: names } }
}

const wrongService = (
  { type, port }: Circumstances['settings'],
  found: FoundService | undefined,
): StepFailure | undefined => {
  if (!found) return undefined
  const { protocol, security } = accountTypeFacts(type)
  if (found.protocol === protocol && found.encrypted === (security === 'implicit-tls')) return undefined
  const speaks = `${found.protocol.toUpperCase()} ${found.encrypted ? 'with TLS from the first byte' : 'that begins without TLS'}`
  const fitting = accountTypes.filter((candidate) => isFor(candidate, found))
  const words = `Port ${port} speaks ${speaks}, which is not what ${type} expects.`
  const own = `for ${type} the usual port is ${accountTypeFacts(type).defaultPort}`
  const [better] = fitting.toSorted((a, b) => rank(a) - rank(b))
  const remedy = better
    ? `Set the type to ${better} and keep the port, or keep the type and change the port: ${own}.`
    : `This is a server for sending mail; ${own}.`
  return { code: 'wrong-type-for-port', words, remedy, facts: { speaks: found.protocol, encrypted: found.encrypted } }
}

const isFor = (type: AccountType, { protocol, encrypted }: FoundService): boolean => {
  const facts = accountTypeFacts(type)
  return facts.protocol === protocol && (facts.security === 'implicit-tls') === encrypted
}

/** Of two types that fit, the one that encrypts. */
const rank = (type: AccountType): number => (accountTypeFacts(type).security === 'clear' ? 1 : 0)
