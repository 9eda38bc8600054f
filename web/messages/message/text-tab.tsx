import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { textTexts } from '../texts.ts'
import type { MessageView } from '../types.ts'

/** In characters. A longer text is shown in full only on request, because it makes the browser slow. */
const shownAtFirst = 50_000

/** The text of a mail as it was written. Addresses in it are text, not links. */
export const TextTab = ({ view: { text, textFrom } }: { view: Pick<MessageView, 'text' | 'textFrom'> }) => {
  const [all, setAll] = useState(false)
  if (!text) return <Box variant="p">{textTexts.none}</Box>
  const { content, truncated } = text
  const isCut = !all && content.length > shownAtFirst
  return (
    <SpaceBetween size="s">
      {textFrom === 'html' && <Box color="text-body-secondary">{textTexts.fromHtml}</Box>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: The keyboard must be able to scroll the text. */}
      <section className="mail-text" tabIndex={0} aria-label={textTexts.label}>
        {isCut ? content.slice(0, shownAtFirst) : content}
      </section>
      {isCut && (
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          <Box color="text-body-secondary">{textTexts.beginning(shownAtFirst, content.length)}</Box>
          <Button onClick={() => setAll(true)}>{textTexts.showAll}</Button>
        </SpaceBetween>
      )}
      {truncated && !isCut && <Alert type="warning">{textTexts.truncated}</Alert>}
    </SpaceBetween>
  )
}
