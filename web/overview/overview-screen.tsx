import { Screen } from '../shared/screen.tsx'

const OverviewScreen = () => <Screen title="Overview">{null}</Screen>

export default OverviewScreen
