import { counted } from '../../shared/words/numbers.ts'

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
    'The owner of the mailbox must give consent. Create a consent link, then open it yourself or send it to the owner.',
  neededForReader: 'The owner of the mailbox must give consent. An admin can create a consent link.',
  appOnly: 'This profile signs in as an application, so no one has to give consent.',
  create: 'Create a consent link',
  createAgain: 'Connect again',
  ready: 'The link works once. It expires',
  openHint: 'Open it in the browser in which the owner of the mailbox signs in.',
  open: 'Open the link',
  copy: 'Copy the link',
  copied: 'The link has been copied.',
  waiting: 'Waiting for consent',
  attempted: (attempts: number) => `${counted(attempts, 'attempt')} so far.`,
  lastFailure: 'The last attempt failed',
  again: 'The link can be used again.',
  connected: 'The account is connected, and its first fetch has started.',
  expired: 'The link has expired. Create a new one.',
  endsAt: 'Works until',
} as const
