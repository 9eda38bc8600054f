import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { size } from '../shared/words/numbers.ts'
import { subjectText } from '../shared/words/subject.ts'
import { When } from '../shared/words/times.tsx'
import { type QuarantineItem, sinceOf } from './item.ts'
import { quarantineTexts as texts } from './texts.ts'

const Small = ({ children }: { children: ReactNode }) => (
  <Box fontSize="body-s" color="text-body-secondary">
    {children}
  </Box>
)

/** @returns the name of the message, as far as it is known */
export const nameOf = (item: QuarantineItem): string =>
  item.kind === 'message' ? texts.onServer(item) : subjectText(item.subject, item.erased ?? false)

/** Which message it is, and what could not be done with it. */
export const MessageCell = ({ item }: { item: QuarantineItem }) =>
  item.kind === 'message' ? (
    <>
      <div>
        {nameOf(item)}, {size(item.size)}
      </div>
      <Small>
        {texts.unstored}. {texts.unstoredNote}
      </Small>
    </>
  ) : (
    <>
      <PageLink to={`/deliveries/${item.deliveryId}`}>{nameOf(item)}</PageLink>
      <Small>
        {texts.undelivered}
        {item.from !== undefined && `, from ${item.from}`}
      </Small>
    </>
  )

export const WhereCell = ({ item }: { item: QuarantineItem }) => {
  if (item.kind === 'delivery')
    return item.destinationName === undefined ? (
      texts.deletedDestination
    ) : (
      <PageLink to={`/destinations/${item.destinationId}`}>{item.destinationName}</PageLink>
    )
  return item.accountUsername === undefined ? (
    texts.deletedAccount
  ) : (
    <PageLink to={`/accounts/${item.accountId}`}>{item.accountMailbox ?? item.accountUsername}</PageLink>
  )
}

export const ReasonCell = ({ item: { reason } }: { item: QuarantineItem }) =>
  reason ? (
    <>
      <div>{reason.detail}</div>
      <Small>{reason.remedy}</Small>
    </>
  ) : (
    '–'
  )

/** Everything about an item in one cell, for a narrow window. */
export const WholeCell = ({ item }: { item: QuarantineItem }) => (
  <SpaceBetween size="xxs">
    <div>
      <MessageCell item={item} />
    </div>
    <div>
      <WhereCell item={item} />, <When at={sinceOf(item)} />
    </div>
    <div>
      <ReasonCell item={item} />
    </div>
  </SpaceBetween>
)
