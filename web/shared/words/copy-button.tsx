import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'

interface CopyButtonProps {
  text: string
  /** The verb on the button. */
  copy?: string
  /** What the button says to people who cannot see what it belongs to. */
  ariaLabel?: string
  /** What the person learns after it. */
  copied?: string
  /** Shows the text, with an icon as the button. */
  inline?: boolean
}

/** Copies a text that people paste somewhere else. */
export const CopyButton = ({ text, copy = 'Copy', ariaLabel = copy, copied = 'Copied', inline }: CopyButtonProps) => (
  <CopyToClipboard
    {...(inline ? { variant: 'inline' as const, textToDisplay: text } : { copyButtonText: copy })}
    copyButtonAriaLabel={ariaLabel}
    textToCopy={text}
    copySuccessText={copied}
    copyErrorText="The browser did not allow copying. Select the text and copy it yourself."
  />
)
