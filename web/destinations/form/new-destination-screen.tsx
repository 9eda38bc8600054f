import { Screen } from '../../shared/screen.tsx'

const NewDestinationScreen = () => <Screen title="Add destination">{null}</Screen>

export default NewDestinationScreen
