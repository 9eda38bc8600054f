import { counted } from '../../../shared/words/numbers.ts'
import { dateOnly } from '../../../shared/words/times.tsx'

export const stepNames: Readonly<Record<string, string>> = {
  resolve: 'Host name',
  address: 'Address',
  connect: 'Connection',
  tls: 'Encryption',
  login: 'Login',
  folder: 'Folder',
  count: 'Messages',
  oldest: 'Oldest message',
}

export const testTexts = {
  title: 'Connection test',
  intro: 'The test logs in and counts the mail. It changes nothing on the mail server and saves nothing.',
  running: 'Testing the connection',
  limit: 'The test takes at most 15 seconds.',
  passed: 'The test passed.',
  failed: 'The test failed.',
  loginLater: 'Everything before the login works.',
  stale: 'You have changed the settings since this test.',
  again: 'Test again',
  start: 'Start test',
  withFolder: (folder: string) => `Use folder ${folder}`,
  trustCa: 'Trust this authority for this account',
  enterCa: 'Enter the certificate of the authority',
  trustCaHelp: 'Do this only if you know that the certificate below belongs to your mail server.',
  certificate: 'Certificate',
  withPort: (port: number) => `Use port ${port}`,
  withType: (type: string) => `Use type ${type}`,
  waiting: (count: number, oldestAt: string | undefined) =>
    count === 0
      ? 'The folder is empty.'
      : `${counted(count, 'message')} in the folder${oldestAt === undefined ? '' : `, the oldest from ${dateOnly(oldestAt)}`}.`,
  flaggedDeleted: (count: number) =>
    `${counted(count, 'message')} of them ${count === 1 ? 'is' : 'are'} flagged as deleted and will not be fetched.`,
  secured: (version: string, subject: string, until: string) =>
    `Encrypted with ${version}. The certificate of ${subject} is valid until ${until}.`,
  oldest: (day: string) => `The oldest message arrived on ${day}.`,
  onServer: 'Mail on the server',
} as const

export const folderTexts = {
  title: 'Choose a folder',
  filter: 'Filter the folders',
  folder: 'Folder',
  messages: 'Messages',
  reading: 'Reading the folders of the mailbox …',
  use: (folder: string) => `Use ${folder}`,
  choose: 'Use folder',
  noMatch: 'No folder matches the filter.',
  notSelectable: (names: readonly string[]) =>
    `These folders only contain other folders and cannot be selected: ${names.join(', ')}.`,
  notCounted: 'not counted',
  failed: 'The folders could not be read.',
  noLogin:
    'Postmaster can read the folders only after a login. Connect the account first, or type the name of the folder.',
  cancel: 'Cancel',
} as const

/** Remedies of the API that name commands, in terms of this page. */
export const pageRemedies: Readonly<Record<string, string>> = {
  'consent-missing': 'Save the account. Its page then offers a consent link for the owner of the mailbox.',
  'not-saved': 'Save the account, then test it again.',
  'consent-outdated': 'Save the change. Then connect the account again with the link that this page shows.',
}
