import Box from '@cloudscape-design/components/box'
import Spinner from '@cloudscape-design/components/spinner'

export const Loading = ({ text = 'Loading …' }: { text?: string }) => (
  <Box textAlign="center" padding="xxxl">
    <Spinner size="large" /> <Box variant="p">{text}</Box>
  </Box>
)
