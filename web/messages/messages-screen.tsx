import { Screen } from '../shared/screen.tsx'
import { MessageTable } from './list/message-table.tsx'
import { listTexts } from './texts.ts'

const MessagesScreen = () => (
  <Screen title={listTexts.title} description={listTexts.description}>
    <MessageTable />
  </Screen>
)

export default MessagesScreen
