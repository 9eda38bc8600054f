import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import type { components } from '../../api/schema.d.ts'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { CopyButton } from '../../shared/words/copy-button.tsx'
import { When } from '../../shared/words/times.tsx'
import { accountsChanged } from '../queries.ts'
import { connectTexts as texts } from './texts.ts'

const refresh = 2_000

interface ConsentLinkProps {
  accountId: string
  link: components['schemas']['ConsentLink']
}

/** The link to open or to send, and what has become of it. It is followed until it ends. */
export const ConsentLink = ({ accountId, link: { consentId, url, expiresAt } }: ConsentLinkProps) => {
  const consent = useQuery({
    queryKey: ['consents', consentId],
    queryFn: () =>
      bodyOf(
        api.GET('/accounts/{accountId}/oauth2/consents/{consentId}', { params: { path: { accountId, consentId } } }),
      ),
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'waiting' ? false : refresh),
    // The person gives consent in another window.
    refetchIntervalInBackground: true,
  })
  const state = consent.data?.state
  useEffect(() => {
    if (state === 'connected') accountsChanged()
  }, [state])
  if (state === 'connected') return <Alert type="success">{texts.connected}</Alert>
  if (state === 'expired') return <Alert type="warning">{texts.expired}</Alert>
  const failure = consent.data?.lastFailure
  return (
    <SpaceBetween size="s">
      <div>
        {texts.ready} <When at={expiresAt} />. {texts.openHint}
      </div>
      <div className="mono">{url}</div>
      <SpaceBetween direction="horizontal" size="xs">
        <Button formAction="none" href={url} target="_blank" iconName="external" iconAlign="right">
          {texts.open}
        </Button>
        <CopyButton text={url} copy={texts.copy} copied={texts.copied} />
      </SpaceBetween>
      <div role="status">
        <StatusIndicator type="in-progress">{texts.waiting}</StatusIndicator>
        {consent.data && consent.data.attempts > 0 && (
          <Box color="text-body-secondary">{texts.attempted(consent.data.attempts)}</Box>
        )}
      </div>
      {failure && (
        <Alert type="error" header={`${texts.lastFailure}. ${failure.detail}`}>
          {failure.remedy} {texts.again}
        </Alert>
      )}
      {consent.isError && <ProblemAlert thrown={consent.error} onRetry={() => void consent.refetch()} />}
    </SpaceBetween>
  )
}
