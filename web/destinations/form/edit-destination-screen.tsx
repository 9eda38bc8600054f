import { Screen } from '../../shared/screen.tsx'

const EditDestinationScreen = () => <Screen title="Edit destination">{null}</Screen>

export default EditDestinationScreen
