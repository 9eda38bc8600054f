import { Screen } from '../shared/screen.tsx'

const AuditScreen = () => <Screen title="Audit">{null}</Screen>

export default AuditScreen
