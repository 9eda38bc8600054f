import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { LogText } from './log-text.tsx'

interface CopiedTextProps {
  text: string
  /** What the text is, for people who cannot see the button beside it. */
  label: string
}

/** A text that a person copies to another place, such as a secret or a command. */
export const CopiedText = ({ text, label }: CopiedTextProps) => (
  <Box>
    <LogText label={label} text={text} />
    <CopyToClipboard
      copyButtonText="Copy"
      copyButtonAriaLabel={`Copy: ${label}`}
      textToCopy={text}
      copySuccessText="Copied"
      copyErrorText="The browser did not allow copying. Select the text and copy it yourself."
    />
  </Box>
)
