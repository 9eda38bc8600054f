import { Screen } from '../shared/screen.tsx'

const MessagesScreen = () => <Screen title="Messages">{null}</Screen>

export default MessagesScreen
