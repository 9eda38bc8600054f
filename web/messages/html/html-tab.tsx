import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { QueryView } from '../../shared/feedback/query-view.tsx'
import { htmlQuery } from '../queries.ts'
import { htmlTexts } from '../texts.ts'
import type { MessageView } from '../types.ts'
import { LinkList } from './link-list.tsx'
import { mailDocument } from './mail-document.ts'
import { MailFrame } from './mail-frame.tsx'

interface HtmlTabProps {
  messageId: string
  attachment: string | undefined
}

/** The HTML of a mail, sanitised by the API, without what it would load from other hosts. */
export const HtmlTab = ({ messageId, attachment }: HtmlTabProps) => (
  <QueryView query={useQuery(htmlQuery(messageId, attachment))}>
    {({ html, htmlLeftOut }) =>
      html ? (
        <HtmlView html={html} />
      ) : (
        <Box variant="p">{htmlLeftOut ? htmlTexts.leftOut(htmlLeftOut) : htmlTexts.none}</Box>
      )
    }
  </QueryView>
)

const HtmlView = ({ html }: { html: NonNullable<MessageView['html']> }) => {
  const { content, truncated, remoteContentRemoved = 0, remoteContentHosts = [] } = html
  const mail = useMemo(() => mailDocument(content), [content])
  return (
    <SpaceBetween size="s">
      {remoteContentRemoved > 0 && (
        <Alert header={htmlTexts.remote(remoteContentRemoved)}>
          {htmlTexts.remoteHelp}
          {remoteContentHosts.length > 0 && (
            <>
              {' '}
              {htmlTexts.hosts} <span className="mono">{remoteContentHosts.join(', ')}</span>
            </>
          )}
        </Alert>
      )}
      {truncated && <Alert type="warning">{htmlTexts.truncated}</Alert>}
      <MailFrame html={mail.html} />
      <LinkList links={mail.links} />
    </SpaceBetween>
  )
}
