import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useCanChange } from '../../api/me.ts'
import { QueryView } from '../../shared/feedback/query-view.tsx'
import { ReaderNotice } from '../../shared/feedback/reader-notice.tsx'
import { Screen } from '../../shared/screen.tsx'
import { accountName } from '../../shared/words/account-name.ts'
import { ConnectPanel } from '../connection/connect-panel.tsx'
import { accountQuery, readAccount } from '../queries.ts'
import { AccountEditor } from './account-editor.tsx'
import { reader, screens } from './texts.ts'

const EditAccountScreen = () => {
  const { accountId = '' } = useParams()
  const canChange = useCanChange()
  // The form begins with a fresh version and keeps it, whatever is read later.
  const begun = useQuery({
    queryKey: ['accounts', accountId, 'edit'],
    queryFn: ({ signal }) => readAccount(accountId, signal),
    gcTime: 0,
  })
  const current = useQuery(accountQuery(accountId)).data?.value
  const to = `/accounts/${accountId}`
  const name = current ? accountName(current) : screens.account
  return (
    <Screen
      title={screens.edit}
      description={name}
      parents={[
        { text: screens.list, to: '/accounts' },
        { text: name, to },
      ]}
    >
      {canChange ? (
        <QueryView query={begun}>
          {(stored) => (
            <AccountEditor stored={stored} cancelTo={to} beside={<ConnectPanel account={current ?? stored.value} />} />
          )}
        </QueryView>
      ) : (
        <ReaderNotice text={reader.title} show={reader.show} to={to} />
      )}
    </Screen>
  )
}

export default EditAccountScreen
