import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useCanChange } from '../api/me.ts'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { PageButton } from '../shared/navigation/page-button.tsx'
import { Screen } from '../shared/screen.tsx'
import { AccountTable } from './list/account-table.tsx'
import { FetchAllButton } from './list/fetch-all-button.tsx'
import { texts } from './list/texts.ts'
import { accountSummaries } from './summaries.ts'

const AccountsScreen = () => {
  const canChange = useCanChange()
  const accounts = useQuery(accountSummaries)
  return (
    <Screen
      title={texts.title}
      description={texts.description}
      actions={
        canChange && (
          <SpaceBetween direction="horizontal" size="xs">
            <FetchAllButton accounts={accounts.data?.accounts} />
            <PageButton variant="primary" to="/accounts/new">
              {texts.add}
            </PageButton>
          </SpaceBetween>
        )
      }
    >
      <QueryView query={accounts}>{(data) => <AccountTable accounts={data} canChange={canChange} />}</QueryView>
    </Screen>
  )
}

export default AccountsScreen
