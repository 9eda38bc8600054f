import Box from '@cloudscape-design/components/box'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { components } from '../../api/schema.d.ts'
import { PageLink } from '../../shared/page-link.tsx'
import { When } from '../../shared/times.tsx'
import type { AccountSummary } from '../summaries.ts'
import { texts } from './texts.ts'

type HealthState = components['schemas']['AccountHealth']['state']

const indicators: Readonly<Record<HealthState, StatusIndicatorProps.Type>> = {
  ok: 'success',
  warning: 'warning',
  failing: 'error',
  waiting: 'pending',
  'not-fetched': 'stopped',
}

/** The account's health with its reason, and when it is tried again. */
export const HealthCell = ({ account: { health, run } }: { account: AccountSummary }) => (
  <>
    {run ? (
      <PageLink to={`/runs/${run.runId}`}>
        <StatusIndicator type={run.state === 'running' ? 'in-progress' : 'pending'}>
          {run.state === 'running' ? texts.fetching : texts.queued}
        </StatusIndicator>
      </PageLink>
    ) : (
      <StatusIndicator type={indicators[health.state]} wrapText>
        {health.detail}
      </StatusIndicator>
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
