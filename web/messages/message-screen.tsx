import { Screen } from '../shared/screen.tsx'

const MessageScreen = () => <Screen title="Message">{null}</Screen>

export default MessageScreen
