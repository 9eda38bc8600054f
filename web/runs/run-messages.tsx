import Container from '@cloudscape-design/components/container'
import type { TableProps } from '@cloudscape-design/components/table'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { components } from '../api/schema.d.ts'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { PagedTable } from '../shared/tables/paged-table.tsx'
import { size } from '../shared/words/numbers.ts'
import { subjectText } from '../shared/words/subject.ts'
import { When } from '../shared/words/times.tsx'
import { runMessagesQuery } from './queries.ts'
import { texts } from './texts.ts'

type MessageLine = components['schemas']['MessageLine']

const columns: readonly TableProps.ColumnDefinition<MessageLine>[] = [
  { id: 'storedAt', header: 'Stored', cell: ({ storedAt }) => <When at={storedAt} /> },
  {
    id: 'subject',
    header: 'Subject',
    isRowHeader: true,
    cell: ({ messageId, subject, erased }) => (
      <PageLink to={`/messages/${messageId}`}>{subjectText(subject, erased ?? false)}</PageLink>
    ),
  },
  { id: 'from', header: 'From', cell: ({ from }) => from ?? '–' },
  { id: 'queue', header: 'Queue', cell: ({ queueName, reason }) => <span title={reason.detail}>{queueName}</span> },
  { id: 'size', header: 'Size', cell: ({ size: bytes }) => size(bytes) },
  { id: 'done', header: 'What happened', cell: ({ done }) => done },
]

/** A line for each message that the run has stored so far. */
export const RunMessages = ({ runId, isLive }: { runId: string; isLive: boolean }) => (
  <Container>
    <PagedTable
      title={texts.run.messages}
      query={useInfiniteQuery(runMessagesQuery(runId, isLive))}
      columns={columns}
      narrowColumns={['subject', 'queue']}
      idOf={({ messageId }) => messageId}
      empty={texts.run.noMessages}
    />
  </Container>
)
