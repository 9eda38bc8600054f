import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import { useQuery } from '@tanstack/react-query'
import { allQueues } from '../api/short-lists.ts'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { size } from '../shared/words/numbers.ts'
import { When } from '../shared/words/times.tsx'
import { ConditionView } from './condition-view.tsx'
import { countText, type Destination, deliveriesPath } from './destination.ts'
import { stateTexts, settingTexts as texts } from './texts.ts'

type Item = KeyValuePairsProps.Item

/** The condition of a destination, and what waits for it. */
export const StateFacts = ({ destination }: { destination: Destination }) => {
  const { destinationId, kind, status } = destination
  const { figures, agent, failingSince } = status
  const link = (count: number, state: string) =>
    count === 0 ? '0' : <PageLink to={deliveriesPath(destinationId, state)}>{countText(count)}</PageLink>
  const counts: Item[] = figures
    ? [
        { label: stateTexts.open, value: link(figures.open, 'open') },
        { label: stateTexts.oldest, value: <When at={figures.oldestOpenAt} /> },
        { label: stateTexts.inDoubt, value: link(figures.inDoubt, 'in-doubt') },
        { label: stateTexts.quarantined, value: link(figures.quarantined, 'quarantined') },
        { label: stateTexts.countedAt, value: <When at={figures.at} /> },
      ]
    : [{ label: stateTexts.open, value: stateTexts.notCounted }]
  const seen = agent && (
    <>
      <When at={agent.lastSeenAt} />
      {agent.host !== undefined && ` (${agent.host}, ${agent.version ?? '?'})`}
    </>
  )
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: stateTexts.state, value: <ConditionView destination={destination} /> },
        ...(failingSince === undefined ? [] : [{ label: stateTexts.failingSince, value: <When at={failingSince} /> }]),
        ...(kind === 'pull' ? [{ label: stateTexts.seen, value: seen ?? stateTexts.never }] : []),
        ...counts,
      ]}
    />
  )
}

/** The settings of a destination, without its secrets. */
export const SettingFacts = ({ destination }: { destination: Destination }) => {
  const queues = useQuery(allQueues)
  const nameOf = (id: string): string => queues.data?.find(({ queueId }) => queueId === id)?.name ?? id
  const { selection, doubt, controlHeaderPrefix, limits, kind, comment, changedAt, changedBy } = destination
  const { queueIds, accountIds, trustedOnly, loops } = selection
  return (
    <KeyValuePairs
      columns={3}
      items={[
        ...webhookItems(destination),
        { label: texts.queues, value: queueIds === 'all' ? texts.allQueues : queueIds.map(nameOf).join(', ') },
        { label: texts.accounts, value: accountIds ? texts.someAccounts(accountIds.length) : texts.allAccounts },
        {
          label: texts.mail,
          value: `${trustedOnly ? texts.trustedOnly : texts.anyTrust}${loops ? '' : texts.withoutLoops}`,
        },
        { label: texts.names, value: namesText(destination.queueMap, nameOf) },
        { label: texts.doubt, value: texts.doubts[doubt] },
        {
          label: texts.control,
          value: controlHeaderPrefix === undefined ? texts.noControl : texts.controlUnder(controlHeaderPrefix),
        },
        {
          label: texts.limits,
          value: [
            ...(kind === 'webhook'
              ? [texts.concurrency(limits.concurrency), texts.timeout(limits.timeoutSeconds)]
              : []),
            texts.largest(size(limits.largestSize)),
          ].join(', '),
        },
        ...(comment === '' ? [] : [{ label: texts.comment, value: comment }]),
        {
          label: texts.changed,
          value: (
            <>
              <When at={changedAt} /> {texts.by} {changedBy}
            </>
          ),
        },
      ]}
    />
  )
}

const webhookItems = ({ webhook, previousSecretUntil }: Destination): Item[] => {
  if (!webhook) return []
  const { url, mode, auth, customCa } = webhook
  return [
    { label: texts.address, value: <span className="mono">{url}</span> },
    { label: texts.mode, value: texts.modes[mode] },
    {
      label: texts.login,
      value: !auth ? texts.signature : auth.kind === 'header' ? texts.header(auth.header) : texts.user(auth.user),
    },
    ...(customCa === undefined ? [] : [{ label: texts.ownCa, value: texts.ownCaSet }]),
    ...(previousSecretUntil === undefined
      ? []
      : [
          {
            label: texts.formerSecret,
            value: (
              <>
                {texts.formerSecretUntil} <When at={previousSecretUntil} />
              </>
            ),
          },
        ]),
  ]
}

const namesText = ({ names, default: others }: Destination['queueMap'], nameOf: (id: string) => string): string => {
  const renamed = Object.entries(names).map(([id, theirs]) => `${nameOf(id)} → ${theirs}`)
  const all = others === undefined ? renamed : [...renamed, `${texts.allOthers} → ${others}`]
  return all.length === 0 ? texts.ownNames : all.join(', ')
}
