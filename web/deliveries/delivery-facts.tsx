import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { When } from '../shared/words/times.tsx'
import type { Delivery } from './delivery.ts'
import { DeliveryStateView } from './delivery-state.tsx'
import { listTexts, deliveryTexts as texts } from './texts.ts'

/** What is known about a delivery. Facts that it does not have are left out. */
export const DeliveryFacts = ({ delivery }: { delivery: Delivery }) => {
  const { remote, messageId, destinationId, destinationName } = delivery
  const optional = (label: string, value: string | undefined): KeyValuePairsProps.Item[] =>
    value === undefined ? [] : [{ label, value }]
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: listTexts.columns.state, value: <DeliveryStateView delivery={delivery} /> },
        {
          label: listTexts.columns.destination,
          value:
            destinationName === undefined ? (
              texts.deletedDestination
            ) : (
              <PageLink to={`/destinations/${destinationId}`}>{destinationName}</PageLink>
            ),
        },
        ...(remote?.ticket !== undefined || remote?.url !== undefined
          ? [{ label: texts.ticket, value: <Ticket remote={remote} /> }]
          : []),
        ...optional(texts.answer, remote?.result),
        ...optional(texts.from, delivery.from),
        ...optional(texts.subject, delivery.subject),
        ...optional(texts.queue, delivery.queueName),
        {
          label: texts.message,
          value: <PageLink to={`/messages/${messageId}`}>{texts.openMessage}</PageLink>,
        },
        { label: texts.planned, value: <When at={delivery.plannedAt} /> },
        { label: texts.changed, value: <When at={delivery.changedAt} /> },
        ...(delivery.leaseUntil === undefined
          ? []
          : [{ label: texts.attemptEnds, value: <When at={delivery.leaseUntil} /> }]),
        ...(delivery.attemptCount === 0 ? [] : [{ label: texts.failures, value: delivery.attemptCount }]),
      ]}
    />
  )
}

/** A receiver sends the address, so only an ordinary web address becomes a link. */
const Ticket = ({ remote: { ticket, url } }: { remote: NonNullable<Delivery['remote']> }) =>
  url !== undefined && /^https?:\/\//i.test(url) ? (
    <Link href={url} external externalIconAriaLabel="Opens in a new tab">
      {ticket ?? texts.openTicket}
    </Link>
  ) : (
    (ticket ?? url)
  )
