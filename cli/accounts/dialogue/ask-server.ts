import { type AccountType, accountTypeFacts, accountTypes } from '../../../lib/accounts/account-type.ts'
import type { CommandOutput } from '../../output.ts'
import { askLogin, type LoginAnswer } from './ask-login.ts'
import type { OfferedProfile } from './offered-profiles.ts'
import { conventionalHosts, proposalOf, providerOf, type ServerProposal } from './propose-server.ts'
import { mailProviders } from './providers.ts'
import type { Questions } from './questions.ts'

/** What was answered about the server; kept over every error as what the next round proposes. */
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

/** Asks where the mailbox is and how to log in. Former answers come back as they were, the password unseen. */
export const askServer = async (
  questions: Questions,
  output: Pick<CommandOutput, 'out'>,
  former: FormerAnswers,
  profiles: readonly OfferedProfile[],
): Promise<ServerAnswers> => {
  const address = await questions.text('Mail address:', { preset: former.address, check: addressProblem })
  // Another address is most likely at another server.
  const known = former.address === undefined || former.address === address ? former : { folder: former.folder }
  const proposal: ServerProposal =
    known.host === undefined || known.type === undefined
      ? await propose(questions, address)
      : { type: known.type, host: known.host }
  if (proposal.note !== undefined) output.out(proposal.note)
  const login = await askLogin(questions, output, proposal, profiles, known.login)
  const type = await questions.choose('How to connect:', typeChoices(login), proposal.type)
  const { defaultPort, protocol } = accountTypeFacts(type)
  // Where the profile's provider has its mail is known; which of a domain's usual names there is, is guessed.
  const offered = profiles.find(({ profile }) => login.method === 'oauth2' && profile.profileId === login.profileId)
  const proposedHost = known.host ?? offered?.hosts[protocol] ?? proposal.host
  const host = await questions.text('Mail server:', { preset: proposedHost, check: notEmpty })
  // A port that was said stays; the one that came with another type does not.
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
  // An application that is let in by itself opens the mailbox by its address.
  if (login.method === 'oauth2' && !login.peopleConsent) return preset
  const message = login.method === 'password' ? 'User name:' : 'Who signs in and consents:'
  return await questions.text(message, { preset, check: notEmpty })
}

const propose = async (questions: Questions, address: string): Promise<ServerProposal> => {
  const provider = providerOf(address)
  if (provider) return proposalOf(provider)
  const guesses = conventionalHosts(address).map((host) => ({
    name: `a server of its own: ${host}`,
    value: { type: 'IMAPS', host } as const,
  }))
  const hosters = mailProviders
    .filter(({ runsOthers }) => runsOthers)
    .map((hoster) => ({ name: hoster.name, value: proposalOf(hoster) }))
  return await questions.choose<ServerProposal>('Who runs its mail?', [...guesses, ...hosters])
}

const askPassword = async (questions: Questions, former: string | undefined): Promise<string> => {
  for (;;) {
    const message =
      former === undefined ? 'Password (not shown):' : 'Password (not shown; Enter keeps the one typed before):'
    const password = (await questions.secret(message)) || former
    if (password) return password
  }
}

const securityWords = {
  'implicit-tls': 'encrypted',
  starttls: 'encrypted by STARTTLS',
  clear: 'not encrypted',
} as const

/** A token is never sent without TLS. */
const typeChoices = ({ method }: LoginAnswer) =>
  [...accountTypes]
    .filter((value) => method === 'password' || accountTypeFacts(value).security !== 'clear')
    .sort((a, b) => rank(a) - rank(b))
    .map((value) => ({
      value,
      name: `${value}: ${securityWords[accountTypeFacts(value).security]}, port ${accountTypeFacts(value).defaultPort}`,
    }))

function rank(type: AccountType): number {
  const { security, protocol } = accountTypeFacts(type)
  return (security === 'clear' ? 2 : 0) + (protocol === 'imap' ? 0 : 1)
}

const notEmpty = (answer: string) => (answer === '' ? 'It must not be empty.' : undefined)
const addressProblem = (answer: string) =>
  /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(answer) ? undefined : 'Enter an address like support@example.com.'
const portProblem = (answer: string) =>
  /^\d{1,5}$/.test(answer) && Number(answer) >= 1 && Number(answer) <= 65_535
    ? undefined
    : 'It must be a number from 1 to 65535.'
