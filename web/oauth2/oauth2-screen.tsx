import { Screen } from '../shared/screen.tsx'

const OAuth2Screen = () => <Screen title="OAuth2">{null}</Screen>

export default OAuth2Screen
