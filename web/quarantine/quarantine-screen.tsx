import { Screen } from '../shared/screen.tsx'

const QuarantineScreen = () => <Screen title="Quarantine">{null}</Screen>

export default QuarantineScreen
