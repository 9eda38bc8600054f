import { counted } from '../../shared/words/numbers.ts'

export const formTexts = {
  add: 'Add destination',
  edit: (name: string) => `Edit ${name}`,
  save: 'Save',
  cancel: 'Cancel',
  fieldsWrong: 'Correct the marked fields.',
  test: 'Test',
  saved: (name: string) => `${name} has been saved.`,
  created: (name: string) => `${name} has been added. Mail that is stored from now on is handed over to it.`,

  kind: 'How the mail gets there',
  kinds: {
    pull: {
      label: 'Agent',
      description:
        'A program beside your ticket system collects the mail and runs a command for each message. It works behind a firewall. Choose it for OTOBO, Znuny, Request Tracker, Zammad, osTicket and Redmine.',
    },
    webhook: {
      label: 'Webhook',
      description: 'Postmaster sends a signed HTTPS request for each message. Choose it for your own code.',
    },
  },
  kindStays: 'The kind cannot be changed later.',
  name: 'Name',
  nameExample: 'OTOBO in Berlin',
  comment: 'Comment (optional)',
  commentDescription: 'A note for other admins.',

  receiver: 'Receiver',
  url: 'URL',
  urlDescription: 'The address of your receiver. It begins with https://.',
  urlExample: 'https://tickets.example.com/hooks/postmaster',
  mode: 'What is sent',
  modes: {
    thin: {
      label: 'An event with a link to the mail',
      description: 'JSON as a CloudEvent: queue, sender, subject and more. The receiver fetches the mail with a token.',
    },
    raw: {
      label: 'The mail itself',
      description: 'The raw mail as message/rfc822. Queue, sender and more are in HTTP headers.',
    },
  },
  secret: 'Signing secret',
  secretDescription:
    'Postmaster signs each request with it (Standard Webhooks). Copy it to your receiver now: after you save, it cannot be shown again.',
  newSecret: 'Create another',
  auth: 'The receiver also requires',
  auths: { none: 'Nothing else', header: 'A fixed header', basic: 'A username and a password' },
  header: 'Name of the header',
  headerExample: 'x-api-key',
  headerValue: 'Value of the header',
  user: 'Username',
  password: 'Password',
  keptValue: 'The stored value is kept unless you type a new one or change the address.',
  customCa: 'Certificate authorities (optional)',
  customCaDescription: 'PEM certificates that replace the public authorities for this receiver.',

  selection: 'Which mail it receives',
  queues: 'Queues',
  allQueues: 'All queues, including those that are added later',
  someQueues: 'Only these queues',
  chooseQueues: 'Choose queues',
  accounts: 'Mail accounts',
  allAccounts: 'All mail accounts',
  someAccounts: 'Only these mail accounts',
  chooseAccounts: 'Choose mail accounts',
  findAccounts: 'Find by name, server or comment',
  moreAccounts: (count: number) => `${counted(count, 'more account')}. Type to find them.`,
  trustedOnly: 'Only mail of trusted accounts',
  loops: 'Include automatic mail',
  loopsDescription:
    'For example out-of-office replies and bounces. A ticket system that answers them can cause a mail loop.',

  names: 'Names of queues',
  namesDescription: 'Add the queues that have another name in your ticket system. All others keep their names.',
  queueHere: 'Queue here',
  queueThere: 'Queue in the ticket system',
  addName: 'Add a name',
  removeName: 'Remove',
  noNames: 'All queues keep their names.',
  chooseQueue: 'Choose a queue',
  otherQueues: 'All other queues (optional)',
  otherQueuesDescription: 'One queue of the ticket system for all queues without a name above.',

  more: 'More settings',
  validity: 'Hand mail over',
  validities: {
    valid: 'Yes',
    'invalid-temporarily': 'Paused: deliveries wait, and continue later',
    invalid: 'No: deliveries wait until you change this again',
  },
  doubt: 'If an attempt ends without an answer',
  doubts: {
    repeat: {
      label: 'Repeat it once after 15 minutes',
      description: 'If the receiver had the mail already and does not recognise repeats, it creates a second ticket.',
    },
    ask: { label: 'Ask a person', description: 'The delivery waits in the quarantine until a person decides.' },
  },
  control: 'Prefix of control headers (optional)',
  controlDescription:
    'If the ticket system supports control headers, the headers of trusted mail are handed over under this prefix. For OTOBO, it is X-OTOBO-. For Znuny, it is X-OTRS-.',
  controlExample: 'X-OTOBO-',
  concurrency: 'Conversations at once',
  concurrencyDescription: 'From 1 to 10. The messages of one conversation always stay in order.',
  timeout: 'Seconds for an answer',
  timeoutDescription: 'From 5 to 60.',
  largest: 'Size limit in MiB',
  largestDescription: 'Larger messages are quarantined instead of delivered.',
}
