import { counted } from '../../shared/words/numbers.ts'

export const labels = {
  address: 'Email address',
  type: 'Type',
  host: 'Host',
  port: 'Port',
  authentication: 'Authentication',
  username: 'Username',
  password: 'Password',
  profileId: 'OAuth2 profile',
  mailbox: 'Shared mailbox',
  folder: 'Folder',
  dispatching: 'Dispatching',
  queue: 'Queue',
  trusted: 'Trusted',
  afterFetch: 'After fetching',
  moveTo: 'Move to folder',
  startFrom: 'Which mail to fetch',
  since: 'First day',
  validity: 'Validity',
  comment: 'Comment',
  maxMessageSize: 'Size limit',
  tooLarge: 'Mail above the size limit',
  customCa: 'Certificate authority',
} as const

/** Values of settings. */
export const words = {
  none: 'None',
  hostOfProvider: 'The host that the provider proposes',
  standardPort: (port: number) => `${port} (standard)`,
  password: 'Password',
  oauth2: (profile: string) => `OAuth2, profile ${profile}`,
  toField: 'By recipient address',
  queue: (name: string) => `Always queue ${name}`,
  delete: 'Delete from the mail server',
  keep: 'Keep on the mail server',
  move: (folder: string) => `Move to folder ${folder}`,
  leave: 'Leave on the mail server',
  everything: 'All mail',
  new: 'Only new mail',
  since: (day: string) => `Mail since ${day}`,
  megabytes: (size: string) => `${size} MiB`,
  systemCa: 'Public certificate authorities',
  ownCa: 'Custom certificates',
} as const

export const sections = {
  server: 'Mail server',
  login: 'Login',
  queue: 'Folder and queue',
  collecting: 'Fetching',
  general: 'Validity and comment',
  more: 'More settings',
} as const

export const optional = 'optional'

export const help = {
  address: 'Postmaster proposes the type and the host for it. You can change both.',
  addressNotSaved: 'The address is not saved.',
  port: (port: number) => `Leave it empty to use the standard port ${port}.`,
  hostOfProvider: (host: string) => `Leave it empty to use ${host}.`,
  clearText: 'This type does not encrypt the connection. Others on the network can read the password and the mail.',
  passwordKept: 'The stored password is kept unless you type a new one.',
  passwordNew: 'Postmaster stores it encrypted and never shows it again.',
  consentingUsername: 'The address of the mailbox, or of a person who has access to the shared mailbox.',
  appOnlyUsername: 'The address of the mailbox. This profile needs no consent.',
  mailbox: 'Fill this in only if the mailbox does not belong to the user above.',
  noProfiles: 'There is no OAuth2 profile yet.',
  addProfile: 'Add a profile',
  consentLater: 'After you save the account, you get a link with which the owner of the mailbox gives consent.',
  folder: 'Postmaster fetches one folder. Leave it empty to fetch INBOX.',
  toField:
    'The first recipient that is one of your system addresses determines the queue. Other mail goes to the default queue.',
  toQueue: 'All mail of this account goes to one queue.',
  trusted:
    'Mail of a trusted account can set its queue, priority and other ticket fields with X-OTOBO headers. Trust an account only if no one outside can send mail to it.',
  trustedWarning: 'Everyone who can send mail to this mailbox can set ticket fields.',
  validity: 'Only valid accounts are fetched.',
  comment: 'A note for other admins.',
  maxMessageSize: 'In MiB, 150 by default. Larger messages are not stored.',
  leave: 'It stays on the mail server and is reported once.',
  customCa:
    'Paste certificates in PEM format if the certificate of the mail server comes from a private authority. They replace the public authorities for this account.',
} as const

/** What becomes of the mail on the server, as exactly as it is known. */
export const afterFetchHelp = {
  delete: 'Each message is removed from the mail server after it has been stored and announced.',
  keep: 'Postmaster remembers what it has fetched. The mailbox keeps growing.',
  move: 'Each message is moved to another folder of the mailbox after it has been stored and announced.',
} as const

export const startFromHelp = {
  everything: 'Mail that is already in the folder, and all later mail.',
  new: 'Only mail that arrives after you save. Older mail stays untouched.',
  since: 'Older mail stays untouched.',
} as const

export const deleteWarning = {
  title: 'Fetched mail is deleted from the mail server',
  all: (count: number) =>
    `The folder contains ${counted(count, 'message')} now. ${count === 1 ? 'It' : 'All of them'} will be fetched, stored and then deleted from the mail server.`,
  unknown:
    'Other mail programs that use this mailbox will no longer see the fetched mail. To only try Postmaster, choose “Keep on the mail server”.',
} as const

export const proposal = {
  checking: 'Looking for the mail server …',
  which: 'Which provider hosts this mailbox?',
  ownServer: (host: string) => `Its own server: ${host}`,
  published: (server: string, domain: string) => `Published by ${domain}: ${server}`,
  used: (host: string) => `Proposed: ${host}`,
  oauth2: 'This provider supports OAuth2. Choose it under Authentication.',
} as const

export const actions = {
  cancel: 'Cancel',
  test: 'Test connection',
  save: 'Save',
  saveAndFinish: 'Save and finish',
  choose: 'Choose …',
} as const

export const outcome = {
  added: (name: string) => `${name} has been added.`,
  saved: (name: string) => `${name} has been saved.`,
  fetching: 'The first fetch has started.',
  fetchingAgain: 'A fetch has started.',
  nextTick: 'The next scheduled fetch uses the new settings.',
  notFetched: 'It is not fetched because it is not valid.',
  needsConsent: 'It will be fetched as soon as the owner of the mailbox has given consent.',
  showRun: 'Show the run',
  connect: 'Connect the account',
  taken: 'Another account already collects this mailbox.',
  takenRemedy:
    'Two accounts for one mailbox would compete for its mail. Change the other account, or choose another folder here.',
  openTaken: 'Open the other account',
  checkFields: 'Nothing was saved. Correct the marked fields.',
} as const

export const reader = {
  title: 'You can view mail accounts but not change them.',
  show: 'Show this account',
  list: 'Show the mail accounts',
} as const

export const screens = {
  list: 'Mail accounts',
  account: 'Mail account',
  add: 'Add mail account',
  edit: 'Edit mail account',
} as const
