import Alert from '@cloudscape-design/components/alert'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { reader } from './texts.ts'

/** Stands in for a form if the person may not change anything. @param to the screen that shows the same */
export const ReaderNotice = ({ to }: { to: string }) => (
  <Alert type="info" action={<PageButton to={to}>{to === '/accounts' ? reader.list : reader.show}</PageButton>}>
    {reader.title}
  </Alert>
)
