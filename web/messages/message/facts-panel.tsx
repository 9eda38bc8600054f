import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import { AccountLink } from '../../accounts/account-link.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { size } from '../../shared/words/numbers.ts'
import { When } from '../../shared/words/times.tsx'
import { MessageState } from '../list/message-state.tsx'
import { automaticTexts, factTexts, serverTexts } from '../texts.ts'
import type { Message } from '../types.ts'
import { ControlHeaders } from './control-headers.tsx'

/** The facts about a stored message. */
export const FactsPanel = ({ message }: { message: Message }) => (
  <Container header={<Header variant="h2">{factTexts.title}</Header>}>
    <KeyValuePairs columns={4} minColumnWidth={200} items={[...mailFacts(message), ...storeFacts(message)]} />
  </Container>
)

const fact = (label: string, value: KeyValuePairsProps.Pair['value']): KeyValuePairsProps.Pair => ({
  label,
  value: <div className="wrapped">{value}</div>,
})

const mailFacts = ({ header, source, erased }: Message): KeyValuePairsProps.Pair[] => [
  ...(erased ? [] : headerFacts(header)),
  ...(source.internalDate === undefined ? [] : [fact(factTexts.arrived, <When at={source.internalDate} />)]),
]

const headerFacts = (header: Message['header']): KeyValuePairsProps.Pair[] => [
  fact(factTexts.from, header?.from ?? '–'),
  fact(factTexts.to, header?.to ?? '–'),
  ...(header?.cc === undefined ? [] : [fact(factTexts.cc, header.cc)]),
  fact(factTexts.written, <When at={header?.date} />),
]

const storeFacts = (message: Message): KeyValuePairsProps.Pair[] => {
  const { storedAt, queueName, reason, accountId, runId, size: bytes, server, removedAt, trusted, automatic } = message
  return [
    fact(
      factTexts.stored,
      <>
        <When at={storedAt} />, <PageLink to={`/runs/${runId}`}>{factTexts.run}</PageLink>
      </>,
    ),
    fact(
      factTexts.queue,
      <>
        {queueName}
        <Box color="text-body-secondary">{reason.detail}</Box>
      </>,
    ),
    fact(
      factTexts.account,
      <>
        <AccountLink accountId={accountId} />
        <Box color="text-body-secondary">{trusted ? factTexts.trusted : factTexts.notTrusted}</Box>
      </>,
    ),
    fact(factTexts.state, <MessageState message={message} />),
    fact(
      factTexts.server,
      <>
        {serverTexts[server]} {removedAt !== undefined && <When at={removedAt} />}
      </>,
    ),
    fact(factTexts.size, size(bytes)),
    ...(message.erased ? [] : [fact(factTexts.control, <ControlHeaders message={message} />)]),
    ...(automatic?.kind === undefined
      ? []
      : [fact(factTexts.automatic, automaticTexts[automatic.kind] ?? automatic.kind)]),
  ]
}
