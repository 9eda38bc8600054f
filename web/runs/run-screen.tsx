import { Screen } from '../shared/screen.tsx'

const RunScreen = () => <Screen title="Run">{null}</Screen>

export default RunScreen
