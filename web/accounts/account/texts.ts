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
  setTemporarily: 'Set to temporarily invalid',
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
  details: 'Show the run',
} as const

export const settingsTexts = {
  title: 'Settings',
  changed: (by: string) => `Changed by ${by}`,
  created: (by: string) => `Created by ${by}`,
} as const

export const deleteTexts = {
  title: (name: string) => `Delete ${name}?`,
  confirm: 'Delete',
  deleted: (name: string) => `${name} has been deleted.`,
  items: [
    'Stored messages and the records of runs stay.',
    'Mail on the mail server is not touched.',
    'An operator can recover the password for 7 days. OAuth2 tokens cannot be recovered.',
  ],
  ends: 'A fetch that is in progress stops.',
} as const
