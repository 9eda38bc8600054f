import Box from '@cloudscape-design/components/box'
import { PageLink } from './page-link.tsx'
import { Screen } from './screen.tsx'

export const NotFoundScreen = () => (
  <Screen title="There is no such screen">
    <Box variant="p">
      The address may have a typing error. Go to the <PageLink to="/">overview</PageLink>.
    </Box>
  </Screen>
)
