import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useCanChange } from '../api/me.ts'
import { Doctor } from '../oauth2/doctor.tsx'
import { isOver } from '../runs/queries.ts'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import { accountName } from '../shared/words/account-name.ts'
import { AccountActions } from './account/account-actions.tsx'
import { HealthPanel } from './account/health-panel.tsx'
import { LastRuns } from './account/last-runs.tsx'
import { LiveRun } from './account/live-run.tsx'
import { SettingsPanel } from './account/settings-panel.tsx'
import { accountTexts as texts } from './account/texts.ts'
import { ConnectPanel } from './connection/connect-panel.tsx'
import { accountQuery, lastRunsQuery } from './queries.ts'

const AccountScreen = () => {
  const { accountId = '' } = useParams()
  const account = useQuery(accountQuery(accountId))
  const runs = useQuery(lastRunsQuery(accountId))
  const canChange = useCanChange()
  const items = runs.data?.items ?? []
  const live = items.findLast((run) => !isOver(run))
  const shown = account.data?.value
  return (
    <Screen
      title={shown ? accountName(shown) : texts.screen}
      description={shown?.comment}
      parents={[{ text: texts.list, to: '/accounts' }]}
      actions={canChange && shown && <AccountActions account={shown} />}
    >
      <QueryView query={account}>
        {({ value }) => (
          <SpaceBetween size="l">
            {live && <LiveRun run={live} />}
            <HealthPanel account={value} />
            <ConnectPanel account={value} />
            {canChange && value.oauth2 && <Doctor accountId={accountId} />}
            <SettingsPanel account={value} />
            <LastRuns accountId={accountId} runs={items} loading={runs.isPending} />
          </SpaceBetween>
        )}
      </QueryView>
    </Screen>
  )
}

export default AccountScreen
