import { Screen } from '../shared/screen.tsx'

const DeliveriesScreen = () => <Screen title="Deliveries">{null}</Screen>

export default DeliveriesScreen
