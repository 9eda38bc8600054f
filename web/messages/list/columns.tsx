import Box from '@cloudscape-design/components/box'
import type { TableProps } from '@cloudscape-design/components/table'
import { AccountLink } from '../../accounts/account-link.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { size } from '../../shared/words/numbers.ts'
import { When } from '../../shared/words/times.tsx'
import { subjectOf } from '../subject-of.ts'
import { columnTexts } from '../texts.ts'
import type { Message } from '../types.ts'
import { MessageState } from './message-state.tsx'

type Column = TableProps.ColumnDefinition<Message>

const received: Column = {
  id: 'received',
  header: columnTexts.received,
  cell: ({ storedAt }) => <When at={storedAt} />,
  minWidth: 110,
}
const from: Column = { id: 'from', header: columnTexts.from, cell: ({ header }) => header?.from ?? '–' }
const subject: Column = {
  id: 'subject',
  header: columnTexts.subject,
  isRowHeader: true,
  cell: (message) => <SubjectLink message={message} />,
}
const state: Column = {
  id: 'state',
  header: columnTexts.state,
  cell: (message) => <MessageState message={message} />,
  minWidth: 140,
}

export const wideColumns: readonly Column[] = [
  received,
  from,
  subject,
  { id: 'queue', header: columnTexts.queue, cell: ({ queueName }) => queueName },
  { id: 'account', header: columnTexts.account, cell: ({ accountId }) => <AccountLink accountId={accountId} /> },
  state,
  { id: 'size', header: columnTexts.size, cell: ({ size: bytes }) => <span className="nowrap">{size(bytes)}</span> },
]

/** A phone has room for two columns, so the sender, the queue and the state are below the subject. */
export const narrowColumns: readonly Column[] = [
  {
    ...subject,
    cell: (message) => (
      <>
        <SubjectLink message={message} />
        <Box color="text-body-secondary" fontSize="body-s">
          {message.header?.from ?? '–'} · {message.queueName}
        </Box>
        <MessageState message={message} />
      </>
    ),
  },
  received,
]

const SubjectLink = ({ message }: { message: Message }) => (
  <PageLink to={`/messages/${message.messageId}`}>{subjectOf(message)}</PageLink>
)
