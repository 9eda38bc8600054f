import { type AccountType, accountTypeFacts, accountTypes } from '../../../lib/mailbox/account-type.ts'
import {
  proposalAddressSchema,
  type ServerProposal,
  serverProposals,
} from '../../../lib/mailbox/server-proposals/server-proposals.ts'
import type { CommandOutput } from '../../terminal/cli-error.ts'
import type { OfferedProfile } from './ask-login.ts'
import { askLogin, type LoginAnswer } from './ask-login.ts'
import type { Questions } from './questions.ts'

/** The answers about the server. After an error, they are the defaults of the next round. */
export interface ServerAnswers {
  readonly address: string
  readonly type: AccountType
  readonly host: string
  readonly port: number
  readonly username: string
  /** IMAP only. */
  readonly folder?: string | undefined
  readonly login: LoginAnswer
  /** Absent with OAuth2. */
  readonly password?: string | undefined
}

export type FormerAnswers = Partial<ServerAnswers>

/**
 * Asks for the server and the login. Former answers are the defaults, and a former password is kept without being
 * shown.
 */
export const askServer = async (
  questions: Questions,
  output: Pick<CommandOutput, 'out'>,
  former: FormerAnswers,
  profiles: readonly OfferedProfile[],
): Promise<ServerAnswers> => {
  const address = await questions.text('Email address:', { preset: former.address, check: addressProblem })
  // A different address most likely belongs to a different server.
  const known = former.address === undefined || former.address === address ? former : { folder: former.folder }
  const proposal: Proposal =
    known.host === undefined || known.type === undefined
      ? await propose(questions, address)
      : { type: known.type, host: known.host }
  if (proposal.note !== undefined) output.out(`${proposal.provider}: ${proposal.note}`)
  const login = await askLogin(questions, output, proposal, profiles, known.login)
  const type = await questions.choose('Protocol and encryption:', typeChoices(login), proposal.type)
  const { defaultPort, protocol } = accountTypeFacts[type]
  // The mail server of the profile's provider is known. Common host names in the domain are only guesses.
  const offered = profiles.find(({ profile }) => login.method === 'oauth2' && profile.profileId === login.profileId)
  const proposedHost = known.host ?? offered?.hosts[protocol] ?? proposal.host
  const host = await questions.text('Mail server:', { preset: proposedHost, check: notEmpty })
  // Keep the former port unless the type has changed.
  const preset = known.port !== undefined && type === (known.type ?? type) ? known.port : defaultPort
  const port = Number(await questions.text('Port:', { preset: String(preset), check: portProblem }))
  const username = await askUsername(questions, login, known.username ?? address)
  const folder =
    protocol === 'imap'
      ? await questions.text('Folder:', { preset: known.folder ?? 'INBOX', check: notEmpty })
      : undefined
  const password = login.method === 'password' ? await askPassword(questions, known.password) : undefined
  return { address, type, host, port, username, folder, login, password }
}

const askUsername = async (questions: Questions, login: LoginAnswer, preset: string): Promise<string> => {
  // An application that signs in as itself opens the mailbox by its address.
  if (login.method === 'oauth2' && !login.peopleConsent) return preset
  const message = login.method === 'password' ? 'User name:' : 'User who signs in and gives consent:'
  return await questions.text(message, { preset, check: notEmpty })
}

/** What the dialogue uses of a proposal. The port follows from the type that the user chooses. */
type Proposal = Omit<ServerProposal, 'port'>

const propose = async (questions: Questions, address: string): Promise<Proposal> => {
  const { certain, items } = serverProposals(address)
  const [first] = items
  if (certain && first) return first
  return await questions.choose<Proposal>(
    'Which provider hosts this mailbox?',
    items.map((value) => ({ name: value.provider ?? `its own server: ${value.host}`, value })),
  )
}

const askPassword = async (questions: Questions, former: string | undefined): Promise<string> => {
  for (;;) {
    const message =
      former === undefined ? 'Password (not shown):' : 'Password (not shown; press Enter to keep the previous one):'
    const password = (await questions.secret(message)) || former
    if (password) return password
  }
}

const securityWords = {
  'implicit-tls': 'encrypted',
  starttls: 'encrypted with STARTTLS',
  clear: 'not encrypted',
} as const

/** An OAuth2 token is never sent without TLS. */
const typeChoices = ({ method }: LoginAnswer) =>
  [...accountTypes]
    .filter((value) => method === 'password' || accountTypeFacts[value].security !== 'clear')
    .sort((a, b) => rank(a) - rank(b))
    .map((value) => ({
      value,
      name: `${value}: ${securityWords[accountTypeFacts[value].security]}, port ${accountTypeFacts[value].defaultPort}`,
    }))

const rank = (type: AccountType): number => {
  const { security, protocol } = accountTypeFacts[type]
  return (security === 'clear' ? 2 : 0) + (protocol === 'imap' ? 0 : 1)
}

const notEmpty = (answer: string) => (answer === '' ? 'Enter a value.' : undefined)
const addressProblem = (answer: string) =>
  proposalAddressSchema.safeParse(answer).success ? undefined : 'Enter an address such as support@example.com.'
const portProblem = (answer: string) =>
  /^\d{1,5}$/.test(answer) && Number(answer) >= 1 && Number(answer) <= 65_535
    ? undefined
    : 'Enter a number from 1 to 65535.'
