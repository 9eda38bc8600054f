import { Screen } from '../shared/screen.tsx'

const DestinationScreen = () => <Screen title="Destination">{null}</Screen>

export default DestinationScreen
