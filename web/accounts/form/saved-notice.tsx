import { PageLink } from '../../shared/navigation/page-link.tsx'
import { accountName } from '../../shared/words/account-name.ts'
import { needsConsent } from '../connection/needs-consent.ts'
import type { SavedAccount } from './save.ts'
import { outcome } from './texts.ts'

/** Says what was saved and what happens next. */
export const SavedNotice = ({ saved, isNew }: { saved: SavedAccount; isNew: boolean }) => {
  const name = accountName(saved)
  const link = linkOf(saved)
  return (
    <>
      {isNew ? outcome.added(name) : outcome.saved(name)} {nextOf(saved, isNew)}{' '}
      {link && (
        <PageLink color="inverted" to={link.to}>
          {link.text}
        </PageLink>
      )}
    </>
  )
}

const nextOf = ({ fetch, validity, oauth2 }: SavedAccount, isNew: boolean): string => {
  if (fetch?.state === 'queued') return isNew ? outcome.fetching : outcome.fetchingAgain
  if (validity !== 'valid') return outcome.notFetched
  if (needsConsent(oauth2)) return outcome.needsConsent
  return outcome.nextTick
}

const linkOf = ({ accountId, fetch, oauth2 }: SavedAccount): { to: string; text: string } | undefined => {
  if (fetch?.runId !== undefined) return { to: `/runs/${fetch.runId}`, text: outcome.showRun }
  return needsConsent(oauth2) ? { to: `/accounts/${accountId}`, text: outcome.connect } : undefined
}
