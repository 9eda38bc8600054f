import { Screen } from '../shared/screen.tsx'

const DestinationsScreen = () => <Screen title="Destinations">{null}</Screen>

export default DestinationsScreen
