import { Screen } from '../../shared/screen.tsx'

const EditAccountScreen = () => <Screen title="Edit mail account">{null}</Screen>

export default EditAccountScreen
