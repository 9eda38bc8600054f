import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import { headerTexts } from '../texts.ts'
import type { MessageView } from '../types.ts'

/** Every field of a header, in the order in which the mail has them. */
export const HeadersTab = ({ fields = [] }: { fields: MessageView['fields'] }) => {
  if (fields.length === 0) return <Alert type="warning">{headerTexts.unreadable}</Alert>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: The keyboard must be able to scroll the list.
    <section className="mail-text" tabIndex={0} aria-label={headerTexts.label}>
      {fields.map(({ name, value }, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: A field may occur many times, and the list never changes.
        <div key={position} className="mono">
          <Box variant="span" fontWeight="bold">
            {name}
          </Box>
          : {value}
        </div>
      ))}
    </section>
  )
}
