import type { AuditEntry } from './queries.ts'
import { texts } from './texts.ts'

/** The changed fields of an entry, one per line, with the old and the new value. */
export const ChangeList = ({ changes }: { changes: AuditEntry['changes'] }) =>
  changes.length === 0
    ? '–'
    : changes.map(({ field, from, to, secret }) => (
        <div key={field}>{secret ? texts.changedSecret(field) : texts.changedTo(field, shown(from), shown(to))}</div>
      ))

const shown = (value: unknown): string => {
  if (value === undefined || value === '') return texts.nothing
  return typeof value === 'string' ? value : JSON.stringify(value)
}
