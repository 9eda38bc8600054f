import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { htmlTexts } from '../texts.ts'
import type { MailLink } from './mail-document.ts'

/** Where the links of a mail would lead. They are text, so that a click cannot lead to a stranger's page. */
export const LinkList = ({ links }: { links: readonly MailLink[] }) => {
  if (links.length === 0) return null
  return (
    <ExpandableSection headerText={htmlTexts.links(links.length)} variant="footer">
      <Box variant="p">{htmlTexts.linksHelp}</Box>
      <ol className="links">
        {links.map(({ text, target }, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: The number of a link is its identity, and the list never changes.
          <li key={position}>
            {text !== '' && text !== target && <div>{text}</div>}
            <div className="mono">{target}</div>
          </li>
        ))}
      </ol>
    </ExpandableSection>
  )
}
