import { counted } from '../shared/words/numbers.ts'
import type { Condition, Destination } from './destination.ts'

export const listTexts = {
  title: 'Destinations',
  description: 'A destination is a ticket system or a program to which Postmaster hands mail over.',
  add: 'Add destination',
  filter: 'Find a destination',
  columns: {
    name: 'Name',
    kind: 'Kind',
    state: 'State',
    receives: 'Receives',
    waiting: 'Open deliveries',
    oldest: 'Oldest open',
    inDoubt: 'In doubt',
    quarantined: 'Quarantined',
    seen: 'Agent last seen',
  },
  none: 'No destinations yet',
  noneBecause:
    'Mail is collected and stored, but no ticket system receives it. Add your ticket system as a destination.',
  noMatch: 'No destination matches',
  clear: 'Clear filter',
}

export const kindNames: Readonly<Record<Destination['kind'], string>> = { pull: 'Agent', webhook: 'Webhook' }

export const conditionNames: Readonly<Record<Condition, string>> = {
  works: 'Works',
  attention: 'Needs attention',
  failing: 'Failing',
  suspended: 'Suspended',
  paused: 'Paused',
}

export const stateTexts = {
  state: 'State',
  failingSince: 'Failing since',
  nextProbe: 'Next attempt',
  open: 'Open deliveries',
  oldest: 'Oldest open delivery',
  inDoubt: 'In doubt',
  quarantined: 'Quarantined',
  seen: 'Agent last seen',
  never: 'never',
  countedAt: 'Counted',
  notCounted: 'Postmaster counts the deliveries within a minute.',
  tryNow: 'Try now',
  triesNow: 'Postmaster tries the destination within a minute.',
  nothingToTry: 'No delivery waits for this destination, so there is nothing to try. Use Test instead.',
}

export const attentionTexts = {
  failing: 'This destination is failing',
  suspended: 'This destination is suspended',
  order:
    'Its deliveries wait in order and do not use up attempts. Postmaster continues as soon as the destination works.',
  since: 'Failing since',
  noToken: 'No agent can collect the mail yet',
  noTokenRemedy: 'Create a token below, and set up the agent on the host of the ticket system.',
  silent: 'No agent is asking for mail',
  neverAsked: 'No agent has asked for mail yet.',
  lastAsked: 'The last request came',
  silentRemedy:
    'On the host of the ticket system, check whether the agent is running, and read its log. It needs a token of this destination and access to this address.',
  quarantined: (count: number) => `${counted(count, 'delivery', 'deliveries')} could not be handed over`,
  quarantinedRemedy: 'Retry each one, send it to another destination, or mark it as handled.',
  paused: (count: number) =>
    `${counted(count, 'delivery', 'deliveries')} ${count === 1 ? 'waits' : 'wait'} because the destination is paused`,
  pausedRemedy: 'Resume the destination, or send the deliveries to another destination.',
  late: (count: number) => `${counted(count, 'delivery', 'deliveries')} ${count === 1 ? 'waits' : 'wait'}`,
  lateSince: 'The oldest has waited since',
  lateRemedy: 'Read the reason of the oldest delivery, and check the receiver.',
  show: 'Show them',
}

export const pageTexts = {
  kinds: {
    pull: 'An agent beside the ticket system collects the mail.',
    webhook: 'Postmaster sends a signed HTTPS request for each message.',
  },
  edit: 'Edit',
  test: 'Test',
  pause: 'Pause',
  resume: 'Resume',
  more: 'More',
  replay: 'Deliver stored messages again …',
  rotate: 'Replace the signing secret …',
  remove: 'Delete …',
  handOver: 'Hand-over',
  settings: 'Settings',
  deliveries: 'Latest deliveries',
  allDeliveries: 'All deliveries',
  noDeliveries:
    'There are no deliveries yet. Send a message to an address of one of its queues, or deliver stored messages again.',
  openDeliveries: 'Open',
  quarantinedDeliveries: 'Quarantined',
}

export const settingTexts = {
  address: 'URL',
  mode: 'Mode',
  modes: { thin: 'Event with a link to the mail', raw: 'The mail itself' },
  login: 'Receiver requires',
  signature: 'The signature',
  header: (name: string) => `The signature and the header ${name}`,
  user: (name: string) => `The signature and the password of ${name}`,
  ownCa: 'Certificates',
  ownCaSet: 'Only its own authorities',
  formerSecret: 'Former signing secret',
  formerSecretUntil: 'also signs until',
  queues: 'Queues',
  allQueues: 'All queues',
  accounts: 'Mail accounts',
  allAccounts: 'All mail accounts',
  someAccounts: (count: number) => counted(count, 'mail account'),
  mail: 'Mail',
  trustedOnly: 'Only of trusted accounts',
  anyTrust: 'Of all accounts, trusted or not',
  withoutLoops: ', without automatic mail',
  names: 'Names of queues there',
  allOthers: 'all others',
  ownNames: 'The same as here',
  doubt: 'If an attempt has no answer',
  doubts: { repeat: 'Postmaster repeats it once after 15 minutes', ask: 'A person decides' },
  control: 'Control headers',
  controlUnder: (prefix: string) => `Of trusted mail, as ${prefix}…`,
  noControl: 'Not handed over',
  limits: 'Limits',
  concurrency: (count: number) => `${counted(count, 'conversation')} at once`,
  timeout: (seconds: number) => `${seconds} s for an answer`,
  largest: (text: string) => `mail up to ${text}`,
  comment: 'Comment',
  changed: 'Last change',
  by: 'by',
}

export const testTexts = {
  title: 'Test',
  running: 'Testing. This takes at most 30 seconds …',
  passed: 'The test passed',
  failed: 'The test failed',
  unchanged:
    'The test changed nothing. The sample message says that it is a test, so that the receiver does not create a ticket.',
  steps: 'What was sent and received',
  close: 'Close the result',
}

export const pauseTexts = {
  title: (name: string) => `Pause ${name}?`,
  text: 'Postmaster stops handing mail over to it. New deliveries are still planned, and wait in order until you resume the destination. Nothing is lost.',
  paused: (name: string) => `${name} has been paused. Its deliveries wait.`,
  resumed: (name: string) => `${name} receives mail again.`,
}

export const deleteTexts = {
  title: (name: string) => `Delete ${name}?`,
  text: 'Its settings, its tokens and its secrets are deleted. An agent that uses one of the tokens stops receiving mail.',
  stays:
    'Stored messages and the records of past deliveries stay. Mail that is stored afterwards is not handed over to it.',
  confirm: 'Delete',
  done: (name: string) => `${name} has been deleted.`,
  inUse: 'It still has deliveries that have not ended:',
  open: 'Open deliveries',
  quarantined: 'Quarantined deliveries',
}

export const secretTexts = {
  title: 'Replace the signing secret',
  text: 'Copy the new secret to your receiver before or after you save it. For 24 hours, Postmaster also signs with the former secret, so that the receiver can accept either.',
  once: 'Copy it now. After you save it, it cannot be shown again.',
  label: 'New signing secret',
  save: 'Replace the secret',
  done: 'The signing secret has been replaced. For 24 hours, Postmaster also signs with the former one.',
  underWay:
    'The secret was replaced less than 24 hours ago, and the former one still signs. It can be replaced again later.',
}

export const tokenTexts = {
  title: 'Tokens',
  description: {
    pull: 'An agent signs in with a token of this destination. A token gives access to nothing else.',
    webhook: 'A receiver of events fetches the mail itself with a token. A token gives access to nothing else.',
  },
  create: 'Create token',
  columns: { comment: 'Comment', created: 'Created', used: 'Last used', host: 'Host', actions: 'Actions' },
  none: 'There are no tokens yet. Create one for each agent or receiver.',
  noComment: '(no comment)',
  revoke: 'Revoke',
  revokeTitle: (comment: string) => `Revoke the token “${comment}”?`,
  revokeText:
    'An agent or a receiver that uses it will be refused. If it must keep working, give it a new token first.',
  revoked: 'The token has been revoked.',
  newTitle: 'Create a token',
  comment: 'Comment (optional)',
  commentDescription: 'Where the token is used, so that you recognise it later.',
  commentExample: 'Agent on otobo01',
  createdTitle: 'Your new token',
  createdText: 'Copy the token now. Postmaster stores only its hash and cannot show it again.',
  finish: 'I have copied it',
}
