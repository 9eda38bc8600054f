import type { TableProps } from '@cloudscape-design/components/table'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { subjectText } from '../shared/words/subject.ts'
import { When } from '../shared/words/times.tsx'
import type { Delivery } from './delivery.ts'
import { DeliveryStateView } from './delivery-state.tsx'
import { deliveryTexts, listTexts as texts } from './texts.ts'

type Column = TableProps.ColumnDefinition<Delivery> & { id: string }

export const deliveryColumns: readonly Column[] = [
  {
    id: 'subject',
    header: texts.columns.subject,
    cell: ({ deliveryId, subject, erased }) => (
      <PageLink to={`/deliveries/${deliveryId}`}>{subjectText(subject, erased ?? false)}</PageLink>
    ),
    isRowHeader: true,
  },
  {
    id: 'state',
    header: texts.columns.state,
    cell: (delivery) => <DeliveryStateView delivery={delivery} />,
    minWidth: 140,
  },
  {
    id: 'destination',
    header: texts.columns.destination,
    cell: ({ destinationName }) => destinationName ?? deliveryTexts.deletedDestination,
  },
  { id: 'from', header: texts.columns.from, cell: ({ from }) => from ?? '–' },
  { id: 'queue', header: texts.columns.queue, cell: ({ queueName }) => queueName ?? '–' },
  { id: 'ticket', header: texts.columns.ticket, cell: ({ remote }) => remote?.ticket ?? '–' },
  { id: 'planned', header: texts.columns.planned, cell: ({ plannedAt }) => <When at={plannedAt} /> },
]

/** The columns that a narrow window shows. */
export const onPhones: readonly string[] = ['subject', 'state']
