import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { QueryView } from '../../shared/feedback/query-view.tsx'
import { noSubject } from '../../shared/words/subject.ts'
import { HtmlTab } from '../html/html-tab.tsx'
import { textQuery } from '../queries.ts'
import { contentTexts } from '../texts.ts'
import { AttachmentsTab } from './attachments-tab.tsx'
import { HeadersTab } from './headers-tab.tsx'
import { TextTab } from './text-tab.tsx'

/** The contents of a message, or of a message that is attached to it. The tab is kept in the address. */
export const ContentsPanel = ({ messageId }: { messageId: string }) => {
  const [params, setParams] = useSearchParams()
  const tab = params.get('tab') ?? 'text'
  const attachment = params.get('attachment') ?? undefined
  const view = useQuery(textQuery(messageId, attachment))
  const count = view.data?.attachments.length
  const show = (shown: { tab: string; attachment: string | undefined }) =>
    setParams(
      Object.entries(shown).filter((entry): entry is [string, string] => entry[1] !== undefined),
      { replace: shown.attachment === attachment },
    )
  return (
    <Container>
      <SpaceBetween size="m">
        {attachment !== undefined && (
          <Alert
            header={contentTexts.attached(view.data?.header.subject || noSubject)}
            action={
              <Button onClick={() => show({ tab: 'attachments', attachment: undefined })}>{contentTexts.whole}</Button>
            }
          >
            {view.data?.header.from !== undefined && contentTexts.attachedFrom(view.data.header.from)}
          </Alert>
        )}
        {view.data?.incomplete && <Alert type="warning">{view.data.incomplete.detail}</Alert>}
        {view.data?.signed && <Alert>{view.data.signed.detail}</Alert>}
        <Tabs
          activeTabId={tab}
          onChange={({ detail }) => show({ tab: detail.activeTabId, attachment })}
          ariaLabel={contentTexts.tabs}
          tabs={[
            {
              id: 'text',
              label: contentTexts.text,
              content: <QueryView query={view}>{(data) => <TextTab view={data} />}</QueryView>,
            },
            {
              id: 'html',
              label: contentTexts.html,
              content: tab === 'html' && <HtmlTab messageId={messageId} attachment={attachment} />,
            },
            {
              id: 'headers',
              label: contentTexts.headers,
              content: <QueryView query={view}>{({ fields }) => <HeadersTab fields={fields} />}</QueryView>,
            },
            {
              id: 'attachments',
              label: count === undefined ? contentTexts.attachments : `${contentTexts.attachments} (${count})`,
              content: (
                <QueryView query={view}>
                  {({ attachments }) => (
                    <AttachmentsTab
                      messageId={messageId}
                      attachments={attachments}
                      onOpen={(index) => show({ tab: 'text', attachment: index })}
                    />
                  )}
                </QueryView>
              ),
            },
          ]}
        />
      </SpaceBetween>
    </Container>
  )
}
