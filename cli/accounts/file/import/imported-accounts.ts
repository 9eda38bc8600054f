import { accountTypeFacts, accountTypes } from '../../../../lib/mailbox/account-type.ts'
import { CliError, exitCodes } from '../../../terminal/cli-error.ts'
import { plain } from '../../../terminal/text.ts'
import type { DescribedAccount, StoredAccount } from '../described-account.ts'
import type { Known } from '../known-names.ts'
import { describeAccounts } from '../read-account-file.ts'
import type { MailAccountRow } from './mail-account-rows.ts'

/** The rows of the table `valid`, which OTOBO and Znuny create with these ids. */
const validities = { 1: 'valid', 2: 'invalid', 3: 'invalid-temporarily' } as const

export const usesOAuth2 = ({ account_type, authentication_type }: MailAccountRow): boolean =>
  !isPlainType(account_type) || (authentication_type !== undefined && authentication_type !== 'password')

/** @returns the accounts in these rows. @throws CliError that lists every problem with its row */
export const importedAccounts = (
  file: string,
  rows: ReadonlyArray<{ readonly number: number; readonly row: MailAccountRow }>,
  known: Known,
): DescribedAccount[] => {
  const numberOf = (index: number) => rows[index]?.number ?? 0
  const unnamed = rows.filter(({ row }) => row.queue_id !== 0 && row.queue === undefined)
  if (unnamed.length > 0)
    throw new CliError(
      `${unnamed.map(({ number, row }) => `${plain(file)}, row ${number}: the queue ${row.queue_id} has no name in the column \`queue\`.`).join('\n')}\nExport the accounts with the query in docs/accounts-as-code.md. Nothing was changed.`,
      exitCodes.usage,
    )
  return describeAccounts({ version: 1, accounts: rows.map(({ row }) => fileAccountFrom(row)) }, known, {
    at: (path) => `${plain(file)}, row ${numberOf(Number(path.split('/')[2]))}`,
    accountAt: (index) => `row ${numberOf(index)}`,
  })
}

const fileAccountFrom = (row: MailAccountRow) => {
  // The reference has no field for the port. Its IMAP types accept one after the host.
  const [, host = row.host, port] = /^([^:]+):(\d+)$/.exec(row.host) ?? []
  const imap = isPlainType(row.account_type) && accountTypeFacts[row.account_type].protocol === 'imap'
  return {
    host,
    username: row.login,
    type: row.account_type,
    ...(port !== undefined && { port: Number(port) }),
    ...(imap && row.imap_folder !== undefined && { folder: folderFrom(row.imap_folder) }),
    ...(row.queue_id !== 0 && { queue: row.queue }),
    trusted: row.trusted,
    validity: validities[row.valid_id],
    ...(row.comments !== undefined && { comment: row.comments }),
  }
}

/**
 * Decodes modified UTF-7 (RFC 9051 section A.1). The reference sends the folder as it was typed, so a folder with other
 * characters than ASCII was typed in the server's encoding.
 */
const folderFrom = (typed: string): string =>
  /^[\x20-\x7e]*$/.test(typed) && /^(?:[^&]|&[A-Za-z0-9+,]*-)*$/.test(typed)
    ? typed.replace(/&([A-Za-z0-9+,]*)-/g, (_, code: string) => {
        if (code === '') return '&'
        const bytes = Buffer.from(code.replaceAll(',', '/'), 'base64')
        return bytes
          .subarray(0, bytes.length & ~1)
          .swap16()
          .toString('utf16le')
      })
    : typed

/**
 * Adds what only Postmaster knows of an account that exists already, so that a second import does not reset it. This
 * includes the login: an account that has changed to OAuth2 since the export keeps it.
 */
export const withStoredSettings = (imported: DescribedAccount, stored: StoredAccount | undefined): DescribedAccount => {
  if (stored === undefined) return imported
  const { accountId: _id, queue: _queue, ...kept } = stored
  const { type, queue, trusted, validity, comment, port } = imported
  const moved = type !== stored.type || port !== accountTypeFacts[type].defaultPort
  return { ...kept, type, trusted, validity, comment, ...(queue && { queue }), ...(moved && { port }) }
}

const isPlainType = (type: string): type is (typeof accountTypes)[number] =>
  (accountTypes as readonly string[]).includes(type)
