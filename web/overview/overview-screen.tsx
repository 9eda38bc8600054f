import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useCanChange } from '../api/me.ts'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { PageButton } from '../shared/navigation/page-button.tsx'
import { Screen } from '../shared/screen.tsx'
import { AccountCounts } from './account-counts.tsx'
import { MailByHour } from './mail-by-hour.tsx'
import { Problems } from './problems.tsx'
import { overviewQuery } from './queries.ts'
import { texts } from './texts.ts'
import { TickStatus } from './tick-status.tsx'

const OverviewScreen = () => (
  <Screen title={texts.title}>
    <QueryView query={useQuery(overviewQuery)}>
      {(overview) => (
        <SpaceBetween size="l">
          {overview.accounts?.total === 0 && <FirstStep />}
          <TickStatus overview={overview} />
          <Problems overview={overview} />
          {overview.accounts && <AccountCounts accounts={overview.accounts} />}
          <MailByHour mail={overview.mail} />
        </SpaceBetween>
      )}
    </QueryView>
  </Screen>
)

/** What to do in an empty deployment. */
const FirstStep = () => {
  const canChange = useCanChange()
  return (
    <Container>
      <SpaceBetween size="s">
        <Box variant="h2">{texts.start}</Box>
        <Box>{texts.startHelp}</Box>
        {canChange && (
          <PageButton variant="primary" to="/accounts/new">
            {texts.startButton}
          </PageButton>
        )}
      </SpaceBetween>
    </Container>
  )
}

export default OverviewScreen
