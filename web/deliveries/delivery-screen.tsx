import { Screen } from '../shared/screen.tsx'

const DeliveryScreen = () => <Screen title="Delivery">{null}</Screen>

export default DeliveryScreen
