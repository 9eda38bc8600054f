import { Screen } from '../shared/screen.tsx'

const AccountsScreen = () => <Screen title="Mail accounts">{null}</Screen>

export default AccountsScreen
