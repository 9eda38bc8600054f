import type { AuditEntry } from './queries.ts'

/** All texts of the screen "Audit". */
export const texts = {
  title: 'Audit',
  description: 'Who changed what, and when. Entries are kept for 400 days.',
  reader: 'The audit trail is shown to admins only.',
  filterWho: 'Name of the person, exactly as the trail shows it',
  filterSubject: 'Path of the subject, such as /queues/raw',
  who: 'Person',
  subject: 'Subject',
  columns: { at: 'Time', who: 'Person', action: 'Action', subject: 'Subject', changes: 'Changes', outcome: 'Outcome' },
  actions: {
    create: 'Created',
    change: 'Changed',
    delete: 'Deleted',
    fetch: 'Requested a fetch',
    authorize: 'Created a consent link',
    connect: 'Connected the account',
    retry: 'Retried',
    handle: 'Marked as handled',
    redirect: 'Redirected',
    replay: 'Replayed',
  } as Readonly<Record<AuditEntry['action'], string>>,
  outcomes: { made: 'In effect', 'not-made': 'Rejected', unconfirmed: 'Unconfirmed' },
  outcomeHelp: {
    made: 'The change is in effect.',
    'not-made': 'The change was rejected at the last moment, for example because of another change at the same time.',
    unconfirmed: 'Postmaster was interrupted. Open the subject to see whether the change is in effect.',
  },
  nothing: 'nothing',
  set: (field: string, to: string) => `${field}: ${to}`,
  changedTo: (field: string, from: string, to: string) => `${field}: ${from} → ${to}`,
  changedSecret: (field: string) => `${field}: changed (the value is secret)`,
  empty: 'Nothing has been changed yet. The first change by an admin will appear here.',
  noMatch: 'No entry matches these filters.',
  times: { '': 'Last 400 days', day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 31 days' },
  time: 'Time',
} as const
