import { counted, number } from '../shared/words/numbers.ts'

/** All texts of the overview. */
export const texts = {
  title: 'Overview',
  overdue: 'The schedule is not running',
  overdueRemedy:
    'Postmaster does not fetch mail automatically until the schedule runs again. Tell the person who operates Postmaster. The section “No tick arrives” of the runbook says what to check.',
  lastTick: 'The schedule last ran',
  noTick: 'The schedule has not run yet. It runs every ten minutes.',
  tickCounts: (due: number, queued: number) =>
    due === 0
      ? 'No account was due for a fetch.'
      : `${counted(due, 'account was', 'accounts were')} due for a fetch. ${counted(queued, 'fetch was', 'fetches were')} requested.`,
  problems: 'Needs attention',
  noProblems: 'Nothing needs attention now.',
  more: (count: number) => `${number(count)} more`,
  failing: (count: number) => `${counted(count, 'account is', 'accounts are')} failing`,
  consents: (count: number) => `${counted(count, 'consent has ended or ends', 'consents have ended or end')} soon`,
  clientSecrets: (count: number) =>
    `${counted(count, 'client secret has expired or expires', 'client secrets have expired or expire')} soon`,
  quarantine: (count: number) => `${counted(count, 'item is', 'items are')} in the quarantine`,
  quarantineHelp: (messages: number, deliveries: number) =>
    `${counted(messages, 'message')} could not be stored, and ${counted(deliveries, 'delivery', 'deliveries')} could not be handed over. A person must decide about each of them.`,
  quarantineLink: 'Open the quarantine',
  destinations: (count: number) => `${counted(count, 'destination is', 'destinations are')} not working`,
  queues: (count: number) => `${counted(count, 'queue has', 'queues have')} no destination`,
  noDestination: 'There is no destination yet',
  addDestination: 'Add destination',
  since: 'since',
  nextTry: 'next fetch',
  oldestWaiting: 'oldest waiting mail from',
  accounts: 'Mail accounts',
  counts: {
    total: 'All accounts',
    failing: 'Failing',
    awaitingConsent: 'Waiting for consent',
    notCollected: 'Not valid',
  },
  countsAt: 'Counted when the schedule last ran',
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
