import { Screen } from '../shared/screen.tsx'

const RunsScreen = () => <Screen title="Runs">{null}</Screen>

export default RunsScreen
