import { noticeOf } from '../../notifications/notice-text.ts'
import type { Notice } from '../../notifications/notices.ts'
import type { SecretFolder } from '../../secrets/secret-store.ts'
import type { KindSweep } from '../../secrets/sweep-secrets.ts'

const ownersOf: Readonly<Record<SecretFolder, string>> = {
  account: 'mail account',
  profile: 'OAuth2 profile',
  destination: 'destination',
}

type Stopped = Pick<KindSweep, 'kind' | 'checked' | 'orphans'>

/** The notice that the daily sweep deleted nothing, because too many secrets have no owner. */
export const stoppedSweepNotice = (stopped: readonly Stopped[]): Notice =>
  noticeOf({
    kind: 'secret-sweep-stopped',
    about: {},
    page: '/',
    subject: 'too many secrets have no owner',
    happened:
      'The daily sweep of secrets has stopped. It would have deleted more secrets than interrupted requests explain, so it deleted none of these:',
    list: stopped.map(
      ({ kind, checked, orphans }) => `${orphans.length} of ${checked} secrets belong to no ${ownersOf[kind]}`,
    ),
    cause:
      'Rows are missing from a table, for example because it was restored from a backup. Less often, many deletions were interrupted.',
    remedy:
      'Find out whether the secrets are still needed, restore the missing rows or confirm the deletion. The runbook describes each step under "The secret sweep stops".',
    closing:
      'Accounts that are not missing keep working. The sweep stops every day, with another notice, until the cause is resolved.',
  })
