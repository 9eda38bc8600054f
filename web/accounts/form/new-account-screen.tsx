import { Screen } from '../../shared/screen.tsx'

const NewAccountScreen = () => <Screen title="Add mail account">{null}</Screen>

export default NewAccountScreen
