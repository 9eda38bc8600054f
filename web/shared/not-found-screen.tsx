import Box from '@cloudscape-design/components/box'
import { PageLink } from './navigation/page-link.tsx'
import { Screen } from './screen.tsx'

export const NotFoundScreen = () => (
  <Screen title="Page not found">
    <Box variant="p">
      The address may be wrong. Go to the <PageLink to="/">overview</PageLink>.
    </Box>
  </Screen>
)
