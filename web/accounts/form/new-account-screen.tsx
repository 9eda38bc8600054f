import { useCanChange } from '../../api/me.ts'
import { ReaderNotice } from '../../shared/feedback/reader-notice.tsx'
import { Screen } from '../../shared/screen.tsx'
import { AccountEditor } from './account-editor.tsx'
import { reader, screens } from './texts.ts'

const NewAccountScreen = () => {
  const canChange = useCanChange()
  return (
    <Screen title={screens.add} parents={[{ text: screens.list, to: '/accounts' }]}>
      {canChange ? (
        <AccountEditor stored={undefined} cancelTo="/accounts" />
      ) : (
        <ReaderNotice text={reader.title} show={reader.list} to="/accounts" />
      )}
    </Screen>
  )
}

export default NewAccountScreen
