import { validityText } from '../../../shared/forms/validity.tsx'
import { dateOnly } from '../../../shared/words/times.tsx'
import { accountTypes, typeText } from '../../account-types.ts'
import { type AccountDraft, defaultMegabytes } from '../draft/draft.ts'
import { labels, words } from '../texts.ts'

/** The names of what a form refers to by id. */
export interface SettingNames {
  readonly queue: (queueId: string) => string
  readonly profile: (profileId: string) => string
}

/** Fields that mean something together, and their value in words. */
interface Setting {
  readonly id: string
  readonly label: string
  readonly fields: readonly (keyof AccountDraft)[]
  readonly words: (draft: AccountDraft, names: SettingNames) => string
}

/** All settings of an account but the password, in the order of the form. */
export const settings: readonly Setting[] = [
  { id: 'type', label: labels.type, fields: ['type'], words: ({ type }) => typeText(type) },
  { id: 'host', label: labels.host, fields: ['host'], words: ({ host }) => host || words.hostOfProvider },
  {
    id: 'port',
    label: labels.port,
    fields: ['port'],
    words: ({ port, type }) => port || words.standardPort(accountTypes[type].port),
  },
  {
    id: 'authentication',
    label: labels.authentication,
    fields: ['authentication', 'profileId'],
    words: ({ authentication, profileId }, names) =>
      authentication === 'password' ? words.password : words.oauth2(names.profile(profileId)),
  },
  { id: 'username', label: labels.username, fields: ['username'], words: ({ username }) => username },
  { id: 'mailbox', label: labels.mailbox, fields: ['mailbox'], words: ({ mailbox }) => mailbox || words.none },
  {
    id: 'folder',
    label: labels.folder,
    fields: ['folder'],
    words: ({ folder, type }) => (accountTypes[type].isImap ? folder || 'INBOX' : words.none),
  },
  {
    id: 'dispatching',
    label: labels.dispatching,
    fields: ['dispatchingBy', 'queueId'],
    words: ({ dispatchingBy, queueId }, names) =>
      dispatchingBy === 'queue' ? words.queue(names.queue(queueId)) : words.toField,
  },
  { id: 'trusted', label: labels.trusted, fields: ['trusted'], words: ({ trusted }) => (trusted ? 'Yes' : 'No') },
  {
    id: 'afterFetch',
    label: labels.afterFetch,
    fields: ['afterFetch', 'moveTo'],
    words: ({ afterFetch, moveTo }) => (afterFetch === 'move' ? words.move(moveTo) : words[afterFetch]),
  },
  {
    id: 'startFrom',
    label: labels.startFrom,
    fields: ['startFrom', 'since'],
    words: ({ startFrom, since }) => (startFrom === 'since' ? words.since(since && dateOnly(since)) : words[startFrom]),
  },
  {
    id: 'validity',
    label: labels.validity,
    fields: ['validity'],
    words: ({ validity }) => validityText(validity),
  },
  { id: 'comment', label: labels.comment, fields: ['comment'], words: ({ comment }) => comment || words.none },
  {
    id: 'maxMessageSize',
    label: labels.maxMessageSize,
    fields: ['maxMessageSize'],
    words: ({ maxMessageSize }) => words.megabytes(maxMessageSize || String(defaultMegabytes)),
  },
  {
    id: 'tooLarge',
    label: labels.tooLarge,
    fields: ['tooLarge', 'tooLargeTo'],
    words: ({ tooLarge, tooLargeTo }) => (tooLarge === 'move' ? words.move(tooLargeTo) : words.leave),
  },
  {
    id: 'customCa',
    label: labels.customCa,
    fields: ['customCa'],
    words: ({ customCa }) => (customCa === '' ? words.systemCa : words.ownCa),
  },
]
