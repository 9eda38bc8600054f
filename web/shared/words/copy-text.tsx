import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'

/** A text that people paste somewhere else, with a button that copies it. */
export const CopyText = ({ text, name }: { text: string; name: string }) => (
  <CopyToClipboard
    variant="inline"
    textToCopy={text}
    textToDisplay={text}
    copyButtonAriaLabel={`Copy ${name}`}
    copySuccessText="Copied"
    copyErrorText="The browser did not allow copying. Select the text and copy it yourself."
  />
)
