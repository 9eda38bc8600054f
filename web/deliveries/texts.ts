import type { DeliveryAction, DeliveryState } from './delivery.ts'
import type { StateFilter } from './list/filters.ts'

export const listTexts = {
  title: 'Deliveries',
  description: 'A delivery is the hand-over of one message to one destination. The newest are first.',
  destination: 'Destination',
  allDestinations: 'All destinations',
  state: 'State',
  allStates: 'All states',
  time: 'Planned',
  find: 'Ticket or message',
  findPlaceholder: 'Ticket number or message id',
  findCovers: 'The search covers all destinations, states and times.',
  columns: {
    state: 'State',
    destination: 'Destination',
    subject: 'Subject',
    from: 'From',
    queue: 'Queue',
    ticket: 'Ticket',
    planned: 'Planned',
  },
  none: 'No deliveries yet',
  noneBecause:
    'Postmaster plans a delivery when a message is announced and a destination receives its queue. Check that there is a destination and that the mail accounts are fetched.',
  noMatch: 'No delivery matches the filters',
  clear: 'Clear filters',
  refresh: 'Refresh',
  allTimes: 'Deliveries of any time are listed.',
}

export const stateNames: Readonly<Record<StateFilter, string>> = {
  open: 'All open',
  pending: 'Pending',
  delivering: 'Delivering',
  delivered: 'Delivered',
  waiting: 'Waiting',
  'in-doubt': 'In doubt',
  quarantined: 'Quarantined',
  handled: 'Handled',
}

/** What a state means, for a delivery without a reason of its own. */
export const stateMeanings: Readonly<Record<DeliveryState, string>> = {
  pending: 'Postmaster hands the message over as soon as it is its turn.',
  delivering: 'An attempt is in progress.',
  delivered: 'The receiver has accepted the message.',
  waiting: 'The receiver did not accept the message.',
  'in-doubt': 'The last attempt ended without an answer, so the receiver may or may not have the message.',
  quarantined: 'The message could not be handed over.',
  handled: 'Nothing remains to be done.',
}

/** What happens if no one does anything. */
export const nextSteps: Readonly<Partial<Record<DeliveryState, string>>> = {
  waiting: 'Postmaster tries again automatically.',
  'in-doubt': 'If no one decides, Postmaster hands the message over again at the time of the next attempt.',
  quarantined: 'Postmaster does not try again. Decide what happens to the message.',
}

export const deliveryTexts = {
  to: (destination: string) => `Delivery to ${destination}`,
  deletedDestination: 'a destination that was deleted',
  nextAttempt: 'Next attempt',
  attemptIsDue: 'The next attempt is due',
  attemptEnds: 'Attempt times out',
  ticket: 'Ticket',
  openTicket: 'Open the ticket',
  answer: 'Answer of the receiver',
  planned: 'Planned',
  changed: 'Last change',
  replayed: 'A person requested another delivery.',
  doubled: 'The receiver may have this message twice.',
  doubledRemedy: 'Look for a second ticket with the same subject.',
  waitsFor: {
    failing: (destination: string) => `${destination} is failing, so its deliveries wait in order.`,
    suspended: (destination: string) => `${destination} is suspended, so its deliveries wait in order.`,
    paused: (destination: string) => `${destination} is paused, so its deliveries wait in order.`,
  },
  openDestination: 'Open the destination',
  queue: 'Queue',
  from: 'From',
  subject: 'Subject',
  message: 'Message',
  openMessage: 'Open the message',
  download: 'Download the mail',
  facts: 'Facts',
  attempts: 'Attempts',
  attemptsDescription: 'The latest 20 attempts, newest first.',
  noAttempts: 'No attempt yet.',
  failures: 'Failed attempts',
}

export const attemptResults = {
  delivered: 'Delivered',
  temporary: 'Refused for now',
  permanent: 'Refused permanently',
  'in-doubt': 'No answer',
} as const

export const actionTexts = {
  names: { retry: 'Retry', redirect: 'Redirect', handle: 'Mark as handled', replay: 'Deliver again' } satisfies Record<
    DeliveryAction,
    string
  >,
  done: {
    retry: 'The next attempt begins as soon as possible.',
    redirect: (destination: string) => `The message goes to ${destination}.`,
    handle: 'The delivery has been marked as handled.',
    replay: 'The message is delivered again.',
  },
  retry: {
    title: 'Retry this delivery?',
    text: 'The receiver may already have this message. If it does, and if it does not recognise repeats, it creates a second ticket. Look for the ticket first.',
  },
  replay: {
    title: 'Deliver this message again?',
    text: (destination: string) =>
      `Postmaster hands the message over to ${destination} again. If the receiver does not recognise repeats, it creates a second ticket.`,
  },
  handle: {
    title: 'Mark this delivery as handled?',
    text: 'Postmaster does not hand the message over. The message stays stored, and you can deliver it again later.',
    note: 'Note (optional)',
    noteDescription: 'Why nothing remains to be done. It appears in the delivery and in the audit trail.',
    noteExample: 'Answered by phone.',
  },
  redirect: {
    title: 'Send the message to another destination?',
    text: 'The other destination receives the message even if it does not receive the queue. This delivery is marked as handled.',
    destination: 'Destination',
    choose: 'Choose a destination',
    none: 'There is no other destination. Add one first.',
  },
}
