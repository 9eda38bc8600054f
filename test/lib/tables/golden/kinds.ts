import { fileURLToPath } from 'node:url'
import type { Row } from '../../../../lib/tables/table.ts'

export const goldenFolder = fileURLToPath(new URL('rows', import.meta.url))

/** @returns the kind of a row in a table with several kinds, for example `queue-name`, and otherwise `row` */
export const kindOf = (table: string, row: Row): string => {
  if (table === 'accounts') return row.profileId === undefined ? 'password' : 'oauth2'
  if (table === 'accountStatus') return row.changedUpTo === undefined ? 'row' : 'cursor'
  if (table === 'mailboxClaims') return row.checkedAt === undefined ? 'row' : 'cursor'
  if (table === 'overview') return `${row.key}${row.key === 'summary' ? `-${row.item}` : ''}`
  if (table === 'handover' && row.kind === 'destination') return `destination-${row.destinationKind}`
  const key = row.key ?? row.grantKey ?? row.consentKey
  return typeof key === 'string' ? (key.split('#')[0] ?? key) : 'row'
}
