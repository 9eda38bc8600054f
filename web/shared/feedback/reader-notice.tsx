import Alert from '@cloudscape-design/components/alert'
import { PageButton } from '../navigation/page-button.tsx'

interface ReaderNoticeProps {
  text: string
  /** The text of the button. */
  show: string
  /** The screen that shows the same. */
  to: string
}

/** Stands in for a form if the person may not change anything. */
export const ReaderNotice = ({ text, show, to }: ReaderNoticeProps) => (
  <Alert type="info" action={<PageButton to={to}>{show}</PageButton>}>
    {text}
  </Alert>
)
