import { Screen } from '../shared/screen.tsx'

const QueuesScreen = () => <Screen title="Queues and addresses">{null}</Screen>

export default QueuesScreen
