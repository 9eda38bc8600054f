import Box from '@cloudscape-design/components/box'
import { CopyButton } from './copy-button.tsx'
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
    <CopyButton text={text} ariaLabel={`Copy: ${label}`} />
  </Box>
)
