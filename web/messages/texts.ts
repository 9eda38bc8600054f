import { counted, number } from '../shared/words/numbers.ts'
import type { MessageState } from './list/filters.ts'
import type { Message } from './types.ts'

export const listTexts = {
  title: 'Messages',
  description: 'Mail that Postmaster has stored, newest first.',
  search: 'Search',
  searchPlaceholder: 'Sender, subject, queue or account',
  searched: (loaded: number) =>
    loaded === 1
      ? 'Searches the message that is loaded.'
      : `Searches the ${counted(loaded, 'message')} that are loaded.`,
  filters: 'Filters',
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
  loaded: (count: number) => `${counted(count, 'message')} loaded.`,
  complete: (count: number) =>
    count <= 1 ? `${counted(count, 'message')}.` : `These are all ${counted(count, 'message')}.`,
  matches: (count: number) => counted(count, 'match', 'matches'),
  empty: 'No mail was stored in this time. Choose a longer time, or check whether the mail accounts are fetched.',
  emptyMore: 'No message has been found so far. Load more to look further back.',
  noMatch: 'No message matches the filters.',
  noTextMatch: (loaded: number, more: boolean) =>
    more
      ? `None of the ${counted(loaded, 'loaded message')} matches. Load more to search further back.`
      : `None of the ${counted(loaded, 'message')} matches.`,
  accounts: 'Show the mail accounts',
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
  erased: 'Erased',
  unparsed: 'Header not readable',
}
export const repeatText = 'Repeat of an earlier message'

export const serverTexts: Readonly<Record<Message['server'], string>> = {
  present: 'Still there',
  deleted: 'Deleted',
  moved: 'Moved to another folder',
  kept: 'Kept, as the account’s settings require',
}

export const explanationTexts = {
  title: 'Why is it here?',
  steps: 'What happened to the message',
} as const

const titles: Readonly<Record<string, string>> = {
  received: 'Received by the mail server',
  seen: 'Found by a run',
  stored: 'Stored',
  dispatched: 'Put into a queue',
  automatic: 'Checked for automatic mail',
  'control-honoured': 'Control header honoured',
  'control-ignored': 'Control header ignored',
  recovered: 'Record recovered',
  announced: 'Announced',
  'not-announced': 'Not announced',
  'run-event': 'Noted by a run',
  'left-server': 'Removed from the mail server',
  'on-server': 'On the mail server',
  'handed-over': 'Handed over',
  'handover-pending': 'Being handed over',
  'handover-waiting': 'Waiting for the next attempt',
  'handover-in-doubt': 'In doubt',
  'handover-quarantined': 'Quarantined',
  'handover-handled': 'Handled by a person',
  'not-received': 'Not handed over',
  erased: 'Erased',
}
const links: Readonly<Record<string, string>> = {
  run: 'Show the run',
  queue: 'Show the queues',
  delivery: 'Show the delivery',
  sameAs: 'Show the earlier message',
  account: 'Show the mail account',
  message: 'Show the message',
}
const statuses: Readonly<Record<string, string>> = {
  success: 'Done',
  info: 'Information',
  warning: 'Warning',
  error: 'Error',
  'in-progress': 'In progress',
  stopped: 'Stopped',
}
export const stepTexts = {
  titles,
  announcing: 'Not announced yet',
  other: 'Another step',
  links,
  otherLink: 'Show more',
  statuses,
} as const

export const messageTexts = {
  title: 'Message',
  notStored: 'This message is not stored',
  download: 'Download raw mail',
  replay: 'Hand over …',
  erase: 'Erase message …',
} as const

export const factTexts = {
  title: 'Message',
  from: 'From',
  to: 'To',
  cc: 'Cc',
  written: 'Written',
  arrived: 'Received by the mail server',
  stored: 'Stored',
  run: 'by this run',
  queue: 'Queue',
  account: 'Mail account',
  trusted: 'The account was trusted.',
  notTrusted: 'The account was not trusted.',
  state: 'State',
  server: 'On the mail server',
  size: 'Size',
  control: 'Control headers',
  automatic: 'Automatic mail',
} as const

export const automaticTexts: Readonly<Record<string, string>> = {
  own: 'Mail from your own ticket system that came back',
  bounce: 'A bounce',
  'automatic-reply': 'An automatic reply',
  bulk: 'From a mailing list or a bulk sender',
  notification: 'Written or forwarded by a program',
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

export const controlTexts = {
  none: 'None',
  honoured: (name: string, value: string) => `${name}: ${value}. Honoured.`,
  ignored: (name: string, why: string) => `${name}: Ignored. ${sentence(why)}`,
} as const

export const contentTexts = {
  tabs: 'Contents of the message',
  text: 'Text',
  html: 'HTML',
  headers: 'Headers',
  attachments: 'Attachments',
  attached: (subject: string) => `You are reading an attached message: ${subject}`,
  attachedFrom: (from: string) => `It is from ${from}.`,
  whole: 'Show the whole message',
} as const

export const textTexts = {
  label: 'Text of the message',
  none: 'The message has no text.',
  fromHtml: 'This text was made from the HTML of the message.',
  beginning: (shown: number, all: number) => `These are the first ${number(shown)} of ${number(all)} characters.`,
  showAll: 'Show all',
  truncated: 'The text is longer than 1 MB, so its end is missing here. Download the raw mail to read all of it.',
} as const

export const htmlTexts = {
  frame: 'HTML of the message',
  none: 'The message has no HTML.',
  leftOut: (reason: string) => `The HTML is not shown. ${reason}`,
  remote: (count: number) => `${counted(count, 'remote image')} ${count === 1 ? 'was' : 'were'} not loaded.`,
  remoteHelp: 'Loading them would tell the sender that the mail is being read.',
  hosts: 'They are on',
  truncated: 'The HTML is too long to be shown in full. Download the raw mail to read all of it.',
  links: (count: number) => counted(count, 'link'),
  linksHelp: 'The links in the mail do not work here. These are the addresses that they would open.',
  image: (description: string) => (description === '' ? '[Image]' : `[Image: ${description}]`),
} as const

export const headerTexts = {
  label: 'Header of the message',
  unreadable: 'The header cannot be read. Download the raw mail to look at it.',
} as const

export const attachmentTexts = {
  title: 'Attachments',
  name: 'Name',
  inline: 'Shown within the text',
  type: 'Type',
  size: 'Size',
  actions: 'Actions',
  open: 'Open',
  openNamed: (name: string) => `Open ${name}`,
  download: 'Download',
  downloadNamed: (name: string) => `Download ${name}`,
  none: 'The message has no attachments.',
} as const

export const replayTexts = {
  title: 'Hand over this message',
  help: 'Postmaster hands the message over to the destination, even if the destination does not select it. If the destination has received it before, it may create a second ticket.',
  destination: 'Destination',
  choose: 'Choose a destination',
  none: 'There are no destinations. Add one first.',
  confirm: 'Hand over',
  done: (destination: string) => `The message is on its way to ${destination}.`,
  show: 'Show the delivery',
} as const

export const eraseTexts = {
  title: 'Erase this message',
  forEver: 'This cannot be undone.',
  removed: 'Postmaster removes:',
  removedItems: [
    'the raw mail with all its versions, its attachments, and the copies for receivers',
    'the sender, the recipients, the subject and the other header fields',
    'the answers of receivers and the notes of people in its deliveries',
    'the same from messages that repeat this mail',
  ],
  stays: 'These stay:',
  stayingItems: [
    'the record that the message existed, so that no run stores it again',
    'mail that receivers already have, and mail that is still on the mail server. Erase it there as well',
  ],
  confirm: 'Erase',
  done: 'The message is erased.',
} as const

export const erasedTexts = {
  by: (person: string) => `${person} erased the content of this message.`,
  left: 'The record that the message existed stays, so that no run stores it again.',
} as const
