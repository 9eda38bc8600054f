import { useCanChange } from '../../api/me.ts'
import { Screen } from '../../shared/screen.tsx'
import { AccountEditor } from './account-editor.tsx'
import { ReaderNotice } from './reader-notice.tsx'
import { screens } from './texts.ts'

const NewAccountScreen = () => {
  const canChange = useCanChange()
  return (
    <Screen title={screens.add} parents={[{ text: screens.list, to: '/accounts' }]}>
      {canChange ? <AccountEditor stored={undefined} cancelTo="/accounts" /> : <ReaderNotice to="/accounts" />}
    </Screen>
  )
}

export default NewAccountScreen
