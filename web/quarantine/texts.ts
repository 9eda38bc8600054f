import { counted, number } from '../shared/words/numbers.ts'

export const quarantineTexts = {
  title: 'Quarantine',
  description:
    'Messages that could not be stored, and deliveries that could not be handed over. A person must decide what happens to them.',
  columns: {
    message: 'Message',
    where: 'Account or destination',
    reason: 'Reason and remedy',
    since: 'Since',
    tries: 'Attempts',
    actions: 'Actions',
  },
  empty: 'The quarantine is empty.',
  unstored: 'Not stored',
  undelivered: 'Not delivered',
  deletedAccount: 'A deleted account',
  deletedDestination: 'A deleted destination',
  onServer: ({ uid, folder }: { uid: string; folder?: string }) =>
    folder === undefined ? `Message ${uid}` : `Message ${uid} in ${folder}`,
  unstoredNote: 'It is only on the mail server, so it cannot be shown here.',
  refresh: 'Refresh',
  selected: (count: number) => counted(count, 'item selected', 'items selected'),

  retry: 'Retry',
  handle: 'Mark as handled',
  redirect: 'Send to another destination …',
  download: 'Download the mail',
  handleOne: 'Mark as handled …',
  actionsFor: (name: string) => `Actions for ${name}`,

  retriedDelivery: 'The next attempt begins as soon as possible.',
  retriedMessage: 'The account is fetched again.',
  showRun: 'Show the run',
  handled: 'It has been marked as handled.',
  redirected: (destination: string) => `The message goes to ${destination}.`,

  handleMessage: {
    title: 'Mark this message as handled?',
    text: 'It disappears from this list. It stays on the mail server, and runs still store it as soon as that is possible.',
  },
  handleDelivery: {
    title: 'Mark this delivery as handled?',
    text: 'Postmaster does not hand the message over. The message stays stored, and you can deliver it again later.',
  },
  doubt: {
    title: 'Retry this delivery?',
    text: 'The receiver may already have this message. If it does, and if it does not recognise repeats, it creates a second ticket. Look for the ticket first.',
  },
}

export const bulkTexts = {
  retry: {
    title: (count: number) => `Retry ${counted(count, 'item')}?`,
    text: 'If a message is not stored, Postmaster fetches its account again. Otherwise, it tries the delivery again. If a receiver already has one of the messages and does not recognise repeats, it creates a second ticket.',
  },
  handle: {
    title: (count: number) => `Mark ${counted(count, 'item')} as handled?`,
    text: 'Postmaster does not hand these messages over. Stored messages stay stored. Messages that are not stored stay on the mail server.',
  },
  progress: (done: number, all: number) => `${number(done)} of ${number(all)}`,
  running: 'Working',
  stop: 'Stop',
  close: 'Close',
  cancel: 'Cancel',
  done: (count: number) => `${counted(count, 'item')} done.`,
  failed: (count: number) => `${counted(count, 'item')} could not be changed:`,
}
