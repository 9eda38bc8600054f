import { proposalAddressSchema, type ServerProposals } from '../../../lib/mailbox/server-proposals/server-proposals.ts'
import { chooseServer, noProposals } from './choose-server.ts'
import { askLogin } from './settings/ask-login.ts'
import type { AccountDraft } from './settings/draft.ts'
import { passwordSetting, signsInAsItself, usernameSetting } from './settings/login-settings.ts'
import { askMissing, type Dialogue } from './settings/setting.ts'

export type Propose = (address: string) => Promise<ServerProposals>

/** Asks for everything that a connection test needs, except for the folder. */
export const askConnection = async (
  fixed: AccountDraft,
  dialogue: Dialogue,
  propose: Propose,
): Promise<AccountDraft> => {
  const isServerKnown = fixed.type !== undefined && fixed.host !== undefined
  const address = isServerKnown ? undefined : await addressFor(fixed, dialogue)
  const proposals = address === undefined ? noProposals : await propose(address)
  const [first] = proposals.items
  const provider = proposals.certain ? first?.oauth2 : undefined
  const asked = fixed.authentication === undefined ? await loginFor(fixed, dialogue, provider) : fixed
  const withServer = await chooseServer(asked, dialogue, proposals)
  const withUser = await withUsername(withServer, address, dialogue)
  return await askMissing([passwordSetting], withUser, dialogue)
}

const isAddress = (text: string) => proposalAddressSchema.safeParse(text).success

const addressFor = async ({ username, mailbox }: AccountDraft, { questions }: Dialogue): Promise<string> => {
  const given = [mailbox, username].find((name) => typeof name === 'string' && isAddress(name))
  const check = (answer: string) => (isAddress(answer) ? undefined : 'Enter an address such as support@example.com.')
  return given ?? (await questions.text('Email address:', { check }))
}

const loginFor = async (fixed: AccountDraft, dialogue: Dialogue, provider?: string): Promise<AccountDraft> => ({
  ...fixed,
  ...(dialogue.profiles.length === 0 ? { authentication: 'password' } : await askLogin(fixed, dialogue, provider)),
})

const withUsername = async (
  draft: AccountDraft,
  address: string | undefined,
  dialogue: Dialogue,
): Promise<AccountDraft> => {
  if (draft.username !== undefined) return draft
  if (address !== undefined && signsInAsItself(draft, dialogue)) return { ...draft, username: address }
  const { username } = await usernameSetting.ask({ ...draft, username: address }, dialogue)
  const isShared =
    draft.authentication === 'oauth2' && draft.mailbox === undefined && address !== undefined && address !== username
  return { ...draft, username, ...(isShared && { mailbox: address }) }
}
