import type { AuditEntry } from './queries.ts'
import { texts } from './texts.ts'

/** The changed fields of an entry, one per line, with the old and the new value. */
export const ChangeList = ({ changes }: { changes: AuditEntry['changes'] }) =>
  changes.length === 0
    ? '–'
    : changes.map(({ field, from, to, secret }) => (
        <div key={field} className="wrapped">
          {textOf({ field, from, to, secret })}
        </div>
      ))

const textOf = ({ field, from, to, secret }: AuditEntry['changes'][number]): string => {
  if (secret) return texts.changedSecret(field)
  return isSet(from) ? texts.changedTo(field, shown(from), shown(to)) : texts.set(field, shown(to))
}

const isSet = (value: unknown): boolean => value !== undefined && value !== ''

const shown = (value: unknown): string => {
  if (!isSet(value)) return texts.nothing
  return typeof value === 'string' ? value : JSON.stringify(value)
}
