import { counted } from '../shared/numbers.ts'
import type { MessageState } from './list/filters.ts'
import type { Message } from './types.ts'

export const noSubject = '(no subject)'

export const listTexts = {
  title: 'Messages',
  description: 'Mail that Postmaster has stored, newest first.',
  search: 'Search',
  searchPlaceholder: 'Sender, subject, queue or account',
  searched: (loaded: number) =>
    loaded === 1
      ? 'Searches the message that is loaded.'
      : `Searches the ${counted(loaded, 'message')} that are loaded.`,
  time: 'Time',
  queue: 'Queue',
  account: 'Mail account',
  state: 'State',
  allQueues: 'All queues',
  allAccounts: 'All mail accounts',
  allStates: 'All states',
  clear: 'Clear filters',
  stored: 'Stored messages',
  refresh: 'Refresh',
  refreshing: 'Loading the messages …',
  loadMore: 'Load more',
  loaded: (count: number) => `${counted(count, 'message')} loaded.`,
  complete: (count: number) =>
    count <= 1 ? `${counted(count, 'message')}.` : `These are all ${counted(count, 'message')}.`,
  matches: (count: number) => counted(count, 'match', 'matches'),
  empty: 'No mail was stored in this time. Choose a longer time, or check whether the mail accounts are fetched.',
  emptyMore: 'No message so far. Load more to look further back.',
  noMatch: 'No message matches the filters.',
  noTextMatch: (loaded: number, more: boolean) =>
    more
      ? `None of the ${counted(loaded, 'loaded message')} matches. Load more to search further back.`
      : `None of the ${counted(loaded, 'message')} matches.`,
  accounts: 'Look at the mail accounts',
} as const

export const columnTexts = {
  received: 'Stored',
  from: 'From',
  subject: 'Subject',
  queue: 'Queue',
  account: 'Mail account',
  state: 'State',
  size: 'Size',
} as const

export const stateTexts: Readonly<Record<MessageState, string>> = {
  announced: 'Announced',
  stored: 'Not announced yet',
  ignored: 'Ignored by a control header',
  unparsed: 'Header not readable',
}
export const repeatText = 'Repeat of an earlier message'

export const serverTexts: Readonly<Record<Message['server'], string>> = {
  present: 'Still there',
  deleted: 'Deleted',
  moved: 'Moved to another folder',
  kept: 'Kept, as the account’s settings require',
}
