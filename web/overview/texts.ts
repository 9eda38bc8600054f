import { counted, number } from '../shared/numbers.ts'

/** All texts of the overview. */
export const texts = {
  title: 'Overview',
  overdue: 'The schedule does not run.',
  overdueRemedy:
    'No tick has arrived for 25 minutes, so accounts are not fetched automatically. Tell the person who operates Postmaster. The section “No tick arrives” of the runbook says what to check.',
  lastTick: 'Last tick',
  noTick: 'The first tick has not arrived yet. The schedule fires every ten minutes.',
  tickCounts: (due: number, queued: number) =>
    due === 0
      ? 'No account was due.'
      : `${counted(due, 'account was', 'accounts were')} due, ${number(queued)} queued.`,
  problems: 'Needs attention',
  noProblems: 'Nothing needs attention now.',
  more: (count: number) => `${number(count)} more`,
  failing: (count: number) => `${counted(count, 'account is', 'accounts are')} failing`,
  failingMore: 'See all accounts that need attention',
  consents: (count: number) => `${counted(count, 'consent')} ended or ending soon`,
  clientSecrets: (count: number) => `${counted(count, 'client secret')} expired or expiring soon`,
  quarantine: (count: number) => `${counted(count, 'item')} in quarantine`,
  quarantineHelp: (messages: number, deliveries: number) =>
    `${counted(messages, 'message')} could not be stored, and ${counted(deliveries, 'delivery', 'deliveries')} could not be handed over. A person must decide about each of them.`,
  quarantineLink: 'Open the quarantine',
  destinations: (count: number) => `${counted(count, 'destination does', 'destinations do')} not work`,
  queues: (count: number) => `${counted(count, 'queue is', 'queues are')} not received by any destination`,
  noDestination: 'No destination exists',
  addDestination: 'Add destination',
  since: 'since',
  nextTry: 'next fetch',
  oldestWaiting: 'oldest waiting mail from',
  accounts: 'Mail accounts',
  counts: {
    total: 'All accounts',
    failing: 'Failing',
    awaitingConsent: 'Waiting for a consent',
    notCollected: 'Not fetched',
  },
  countsAt: 'As of the last tick',
  mail: 'Mail of the last 24 hours',
  mailTotal: (count: number) => `${counted(count, 'message')} stored`,
  chart: 'Messages stored per hour',
  chartX: 'Hour',
  chartY: 'Messages',
  noMail: 'No mail was stored in the last 24 hours.',
  start: 'Add your first mail account',
  startHelp: 'Postmaster fetches its mail every ten minutes, stores it safely and hands it over to your ticket system.',
  startButton: 'Add mail account',
} as const
