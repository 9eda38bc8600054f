import Box from '@cloudscape-design/components/box'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { When } from '../../shared/words/times.tsx'
import { HealthIndicator } from '../health-indicator.tsx'
import type { AccountSummary } from '../summaries.ts'
import { texts } from './texts.ts'

/** The account's health with its reason, and when it is tried again. A run that is going on comes first. */
export const HealthCell = ({ account: { health, run } }: { account: AccountSummary }) => (
  <>
    {run ? (
      <PageLink to={`/runs/${run.runId}`}>
        <StatusIndicator type={run.state === 'running' ? 'in-progress' : 'pending'}>
          {run.state === 'running' ? texts.fetching : texts.queued}
        </StatusIndicator>
      </PageLink>
    ) : (
      <HealthIndicator state={health.state} />
    )}
    {health.state !== 'ok' && health.state !== 'not-fetched' && (
      <Box fontSize="body-s">{health.cause ?? health.detail}</Box>
    )}
    {health.state === 'failing' && (
      <Box color="text-body-secondary" fontSize="body-s">
        {texts.failingSince} <When at={health.since} />
        {health.nextTryAt !== undefined && (
          <>
            {' '}
            · {texts.nextTry} <When at={health.nextTryAt} />
          </>
        )}
      </Box>
    )}
  </>
)
