import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { onPage } from '../../shared/words/reasons.ts'
import { useNow, When } from '../../shared/words/times.tsx'
import type { Account } from '../account-types.ts'
import { needsConsent } from '../connection/needs-consent.ts'
import { HealthIndicator } from '../health-indicator.tsx'
import { healthTexts as texts } from './texts.ts'

/** Whether fetching works, why not, what to do, and when it is tried next. */
export const HealthPanel = ({ account: { health, status, oauth2 } }: { account: Account }) => (
  <Container header={<Header variant="h2">{texts.title}</Header>}>
    <SpaceBetween size="m">
      <div>
        <HealthIndicator state={health.state} />
        {health.state !== 'ok' && <Box variant="p">{health.cause ?? health.detail}</Box>}
      </div>
      {health.remedy !== undefined && !needsConsent(oauth2) && (
        <Alert type={health.state === 'failing' ? 'error' : 'info'}>{onPage(health).remedy}</Alert>
      )}
      {health.warnings?.map(onPage).map(({ code, detail, remedy }) => (
        <Alert key={`${code} ${detail}`} type="warning" header={detail}>
          {remedy}
        </Alert>
      ))}
      <KeyValuePairs
        columns={4}
        items={[
          ...(health.since === undefined ? [] : [{ label: texts.failingSince, value: <When at={health.since} /> }]),
          {
            label: texts.nextFetch,
            value: health.nextTryAt ? <NextTry at={health.nextTryAt} why={health.nextTryWhy} /> : texts.none,
          },
          {
            label: texts.lastSuccess,
            value: status.lastSuccessAt ? <When at={status.lastSuccessAt} /> : texts.never,
          },
          { label: texts.lastStored, value: status.lastStoredAt ? <When at={status.lastStoredAt} /> : texts.never },
          {
            label: texts.oldestWaiting,
            value: status.oldestWaitingAt ? <When at={status.oldestWaitingAt} /> : texts.none,
          },
        ]}
      />
    </SpaceBetween>
  </Container>
)

const NextTry = ({ at, why }: { at: string; why: string | undefined }) => (
  <>
    {Date.parse(at) <= useNow() ? texts.due : <When at={at} />}
    {why !== undefined && (
      <Box color="text-body-secondary" fontSize="body-s">
        {why}
      </Box>
    )}
  </>
)
