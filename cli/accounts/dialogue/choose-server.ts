import { accountTypeFacts } from '../../../lib/mailbox/account-type.ts'
import type { ServerProposal, ServerProposals } from '../../../lib/mailbox/server-proposals/server-proposals.ts'
import { plain } from '../../terminal/text.ts'
import type { AccountDraft } from './settings/draft.ts'
import { hostSetting, portSetting, typeSetting } from './settings/server-settings.ts'
import { askMissing, type Dialogue } from './settings/setting.ts'

export const noProposals: ServerProposals = { certain: false, items: [] }

/**
 * Asks for the type, host and port that are not known. The user always sees a proposed server before it is used,
 * because the responses of the DNS are not authenticated (RFC 6186 section 6).
 */
export const chooseServer = async (
  draft: AccountDraft,
  dialogue: Dialogue,
  proposals: ServerProposals,
): Promise<AccountDraft> => {
  const { type, host, port } = draft
  if (type !== undefined && host !== undefined) return draft
  const offered = [...ofProfile(draft, dialogue), ...proposals.items]
  if (type === undefined && host === undefined && port === undefined && offered.length > 0) {
    const chosen = await dialogue.questions.choose<ServerProposal | undefined>('Mail server:', [
      ...offered.map((value) => ({ value, name: nameOf(value) })),
      { value: undefined, name: 'another server' },
    ])
    if (chosen) {
      sayNotes(chosen, draft, dialogue)
      return { ...draft, type: chosen.type, host: chosen.host, port: chosen.port }
    }
    return await askMissing([typeSetting, hostSetting, portSetting], draft, dialogue)
  }
  const typed = await askMissing([typeSetting], draft, dialogue)
  if (host !== undefined) return typed
  const fitting = offered.find((one) => protocolOf(one) === protocolOf(typed)) ?? offered[0]
  return { ...typed, ...(await hostSetting.ask({ ...typed, host: fitting?.host }, dialogue)) }
}

const protocolOf = ({ type }: AccountDraft) => type && accountTypeFacts[type].protocol

/** The mail servers of the chosen profile's provider, which are known. */
const ofProfile = ({ authentication, profileId }: AccountDraft, { profiles }: Dialogue): ServerProposal[] => {
  const chosen = authentication === 'oauth2' && profiles.find(({ profile }) => profile.profileId === profileId)
  if (!chosen) return []
  const { imap, pop3 } = chosen.hosts
  const provider = chosen.profile.name
  return [
    ...(imap === undefined ? [] : [{ provider, type: 'IMAPS', host: imap, port: 993 } as const]),
    ...(pop3 === undefined ? [] : [{ provider, type: 'POP3S', host: pop3, port: 995 } as const]),
  ]
}

const nameOf = ({ provider, publishedBy, type, host, port }: ServerProposal): string => {
  const server = `${plain(host)}, ${type}, port ${port}`
  if (publishedBy !== undefined) return `${server} (published by ${plain(publishedBy)})`
  return provider === undefined ? `${server} (a usual name)` : `${plain(provider)}: ${server}`
}

const sayNotes = ({ provider, note, oauth2 }: ServerProposal, draft: AccountDraft, { say, profiles }: Dialogue) => {
  if (draft.authentication === 'oauth2') return
  if (note !== undefined) say(`${provider}: ${note}`)
  if (oauth2 !== undefined && !profiles.some(({ profile }) => profile.providerId === oauth2))
    say(`To use OAuth2, add a profile first: postmaster oauth2 profiles add --provider ${oauth2} --help`)
}
