import { Command } from 'commander'
import { type AuditEntry, auditEntrySchema, type FieldChange } from '../lib/audit/audit-entry.ts'
import { asListing, queryOf } from './api/listing.ts'
import { tolerant } from './api/tolerant.ts'
import type { CommandOutput } from './terminal/cli-error.ts'

interface AuditListOptions {
  readonly subject?: string
  readonly by?: string
  readonly from?: string
  readonly to?: string
}

const examples = `
A subject is a path in the API, for example /accounts/01J…, /queues/raw, /system-addresses/support%40example.com or
/default-queue.

Examples:
  postmaster audit list
  postmaster audit list --subject /accounts/01J… --from 2026-03-01
  postmaster audit list --by jane@example.com --limit 200 --json`

/** `postmaster audit …` */
export const auditCommand = (output: CommandOutput): Command =>
  new Command('audit')
    .description('who changed what, and when')
    .addHelpText('after', '\nExample:\n  postmaster audit list --from 2026-03-01')
    .addCommand(list(output))

const list = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list changes and manual fetches of the last 400 days, newest first')
      .option('--subject <path>', 'only entries about this subject')
      .option('--by <person>', 'only entries of this person')
      .option('--from <time>', 'only entries from this day or time onwards, for example 2026-03-02')
      .option('--to <time>', 'only entries up to this day or time')
      .addHelpText('after', examples),
    output,
    {
      path: ({ subject, by, from, to }: AuditListOptions) =>
        `/audit?${queryOf({ limit: '100', subject, who: by, from, to })}`,
      schema: tolerant(auditEntrySchema),
      head: ['AT', 'WHO', 'WHAT', 'SUBJECT', 'CHANGES'],
      row: (entry) => [entry.at, entry.who, actionOf(entry), entry.name, entry.changes.map(changeText).join('; ')],
      empty: 'No entries match.',
      atMost: 50,
    },
  )

const actionOf = ({ action, outcome }: AuditEntry): string => (outcome === 'made' ? action : `${action}, ${outcome}`)

const changeText = ({ field, from, to, secret }: FieldChange): string => {
  if (secret) return `${field} changed`
  if (from === undefined) return `${field} = ${valueText(to)}`
  return `${field}: ${valueText(from)} → ${to === undefined ? 'none' : valueText(to)}`
}

/** Characters; wider values make a table unreadable. `--json` shows the full value. */
const widestValue = 60

const valueText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none')
  return text.length > widestValue ? `${text.slice(0, widestValue - 1)}…` : text
}
