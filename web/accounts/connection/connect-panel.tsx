import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useMutation } from '@tanstack/react-query'
import { api, bodyOf } from '../../api/client.ts'
import { useCanChange } from '../../api/me.ts'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { onPage } from '../../shared/words/reasons.ts'
import { When } from '../../shared/words/times.tsx'
import type { Account } from '../account-types.ts'
import { ConsentLink } from './consent-link.tsx'
import { needsConsent } from './needs-consent.ts'
import { connectTexts as texts } from './texts.ts'

type Connection = NonNullable<Account['oauth2']>

const indicators: Readonly<Record<Connection['state'], StatusIndicatorProps.Type>> = {
  connected: 'success',
  'expires-soon': 'warning',
  're-authorization-needed': 'error',
  'consent-missing': 'pending',
  'change-needed': 'error',
}

/** How an OAuth2 account is connected, and the link with which a person gives consent. Other accounts show nothing. */
export const ConnectPanel = ({ account: { accountId, oauth2 } }: { account: Account }) =>
  oauth2 ? <Connect accountId={accountId} connection={oauth2} /> : null

const Connect = ({ accountId, connection }: { accountId: string; connection: Connection }) => {
  const canChange = useCanChange()
  const creating = useMutation({
    mutationFn: () => bodyOf(api.POST('/accounts/{accountId}/oauth2/authorize', { params: { path: { accountId } } })),
  })
  const { state, grant, detail, remedy, expiresAt } = onPage(connection)
  const isNeeded = needsConsent(connection)
  const isAppOnly = grant === 'client_credentials'
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            canChange &&
            !isAppOnly && (
              <Button
                formAction="none"
                variant={isNeeded && !creating.data ? 'primary' : 'normal'}
                loading={creating.isPending}
                onClick={() => creating.mutate()}
              >
                {isNeeded ? texts.create : texts.createAgain}
              </Button>
            )
          }
        >
          {texts.title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <div>
          <StatusIndicator type={indicators[state]}>{texts.states[state]}</StatusIndicator>
          <Box variant="p">{detail}</Box>
          {expiresAt !== undefined && (
            <Box variant="p">
              {texts.endsAt} <When at={expiresAt} />.
            </Box>
          )}
        </div>
        {isAppOnly && <Box>{texts.appOnly}</Box>}
        {isNeeded && !isAppOnly && !creating.data && (
          <Alert type="info">{canChange ? texts.needed : texts.neededForReader}</Alert>
        )}
        {!isNeeded && remedy !== undefined && <Alert type="warning">{remedy}</Alert>}
        {creating.isError && <ProblemAlert thrown={creating.error} />}
        {creating.data && <ConsentLink key={creating.data.consentId} accountId={accountId} link={creating.data} />}
      </SpaceBetween>
    </Container>
  )
}
