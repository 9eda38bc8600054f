import { counted, number } from '../../shared/numbers.ts'

export const accountTexts = {
  screen: 'Mail account',
  list: 'Mail accounts',
  fetchNow: 'Fetch now',
  fetchAndRecord: 'Fetch now and record the conversation',
  test: 'Test connection',
  edit: 'Edit',
  more: 'More',
  setValid: 'Set to valid',
  setInvalid: 'Set to invalid',
  setTemporarily: 'Set to invalid temporarily',
  remove: 'Delete',
  notValid: 'Only a valid account can be fetched.',
  notConnected: 'The account can be fetched after the owner of the mailbox has given consent.',
  asked: 'The fetch has been requested.',
  askedBehind: 'The fetch has been requested. It starts when the run before it has ended.',
  showRun: 'Show the run',
  validityChanged: (validity: string) => `The account is now ${validity.toLowerCase()}.`,
} as const

export const healthTexts = {
  title: 'Health',
  states: {
    ok: 'OK',
    warning: 'Needs attention',
    failing: 'Failing',
    waiting: 'Waiting',
    'not-fetched': 'Not fetched',
  },
  failingSince: 'Failing since',
  nextFetch: 'Next fetch',
  due: 'Due now',
  lastSuccess: 'Last success',
  lastStored: 'Last new message',
  oldestWaiting: 'Oldest waiting message',
  none: 'None',
  never: 'Never',
} as const

export const runTexts = {
  title: 'Last runs',
  all: 'All runs of this account',
  started: 'Started',
  by: 'Requested by',
  schedule: 'Schedule',
  state: 'State',
  counts: 'Messages',
  error: 'Error',
  none: 'This account has not been fetched yet.',
  live: 'Fetching now',
  queued: 'The run is queued and starts within seconds.',
  progress: (done: number, found: number) => `${number(done)} of ${counted(found, 'message')}`,
  connecting: 'Postmaster connects to the mail server and lists the folder.',
  details: 'Show the run',
} as const

export const settingsTexts = {
  title: 'Settings',
  changed: (by: string) => `Changed by ${by}`,
  created: (by: string) => `Created by ${by}`,
} as const

export const connectTexts = {
  title: 'OAuth2 connection',
  profile: 'Profile',
  states: {
    connected: 'Connected',
    'expires-soon': 'Ends soon',
    're-authorization-needed': 'Consent needed again',
    'consent-missing': 'Consent needed',
    'change-needed': 'Change needed',
  },
  needed:
    'The owner of the mailbox gives consent with a link. Create it, and open it yourself or send it to the owner. The owner may be another person than you.',
  appOnly: 'This profile signs in as an application. No person has to give consent.',
  create: 'Create a consent link',
  createAgain: 'Connect again',
  ready: 'The link works once. It expires',
  openHint: 'Open it in the browser in which the owner of the mailbox signs in.',
  open: 'Open the link',
  copy: 'Copy the link',
  copied: 'The link is copied.',
  notCopied: 'The link could not be copied. Select it and copy it by hand.',
  waiting: 'Waiting for consent',
  attempted: (attempts: number) => `${counted(attempts, 'attempt')} so far.`,
  lastFailure: 'The last attempt failed',
  again: 'The link can be used again.',
  connected: 'The account is connected, and its first fetch has started.',
  expired: 'The link has expired. Create a new one.',
  endsAt: 'Works until',
} as const

export const deleteTexts = {
  title: (name: string) => `Delete ${name}?`,
  confirm: 'Delete',
  deleted: (name: string) => `${name} is deleted.`,
  items: [
    'Stored messages and the records of runs stay.',
    'Mail on the mail server is not touched.',
    'An operator can recover the password for 7 days. OAuth2 tokens cannot be recovered.',
  ],
  ends: 'A fetch that is going on stops.',
} as const
