import { Command } from 'commander'
import { type AuditEntry, auditEntrySchema, type FieldChange } from '../lib/audit/audit-entry.ts'
import { asListing, queryOf } from './api/listing.ts'
import { tolerant } from './api/tolerant.ts'
import type { CommandOutput } from './terminal/cli-error.ts'
import { addTimeRange } from './terminal/options.ts'

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
    addTimeRange(
      new Command('list')
        .description('list changes and manual fetches of the last 400 days, newest first')
        .option('--subject <path>', 'only entries about this subject')
        .option('--by <person>', 'only entries of this person'),
      'only entries',
    ).addHelpText('after', examples),
    output,
    {
      path: ({ subject, by, from, to }: AuditListOptions) =>
        `/audit?${queryOf({ limit: '100', subject, who: by, from, to })}`,
      schema: tolerant(auditEntrySchema),
      columns: [
        { head: 'AT', value: ({ at }) => at, kind: 'time' },
        { head: 'WHO', value: ({ who }) => who },
        { head: 'WHAT', value: actionOf, kind: 'state' },
        { head: 'SUBJECT', value: ({ name }) => name },
        { head: 'CHANGES', value: ({ changes }) => changes.map(changeText).join('; ') },
      ],
      things: 'entries',
      paged: true,
    },
  )

const actionOf = ({ action, outcome }: AuditEntry): string => (outcome === 'made' ? action : `${action}, ${outcome}`)

const changeText = ({ field, from, to, secret }: FieldChange): string => {
  if (secret) return `${field} changed`
  if (from === undefined) return `${field} = ${valueText(to)}`
  return `${field}: ${valueText(from)} → ${to === undefined ? 'none' : valueText(to)}`
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none'))
