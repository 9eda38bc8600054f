import { plain } from '../../../terminal/text.ts'
import type { MailAccountRow } from './mail-account-rows.ts'

/** The types with which Postmaster collects the same mail. */
const typeFor: Readonly<Record<string, string>> = { IMAPOAuth2: 'IMAPS', POP3OAuth2: 'POP3S', MSGraph: 'IMAPS' }

/** @returns what to do with the accounts that use OAuth2, because an export contains neither clients nor consents */
export const oauth2Advice = (rows: readonly MailAccountRow[]): string | undefined => {
  if (rows.length === 0) return undefined
  return [
    'These accounts use OAuth2 and are not imported, because a consent belongs to the application that asked for it:',
    ...rows.map(({ login, account_type }) => `  ${plain(login)} (${account_type})`),
    'Create a profile with `postmaster oauth2 profiles add`, and add each account with this profile:',
    ...rows.map((row) => `  ${commandFor(row)}`),
    'Then get the consents with `postmaster oauth2 connect`.',
  ].join('\n')
}

const commandFor = (row: MailAccountRow): string =>
  [
    'postmaster accounts add --profile PROFILE',
    `--type ${typeFor[row.account_type] ?? row.account_type}`,
    `--username ${quoted(row.login)}`,
    ...(row.imap_folder === undefined || row.imap_folder === 'INBOX' ? [] : [`--folder ${quoted(row.imap_folder)}`]),
    ...(row.queue === undefined ? [] : [`--queue ${quoted(row.queue)}`]),
    ...(row.trusted ? ['--trusted'] : []),
  ].join(' ')

/** Quotes for a POSIX shell. */
const quoted = (text: string): string => (/^[\w@.+-]+$/.test(text) ? text : `'${plain(text).replaceAll("'", `'\\''`)}'`)
