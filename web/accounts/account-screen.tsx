import { Screen } from '../shared/screen.tsx'

const AccountScreen = () => <Screen title="Mail account">{null}</Screen>

export default AccountScreen
