import type { Destination } from '../destination.ts'
import { type Draft, draftOf } from './draft.ts'
import { formTexts as texts } from './texts.ts'

/** The groups of fields that are compared as one, because a person thinks of them as one. */
const groups: readonly { readonly label: string; readonly textOf: (draft: Draft) => string }[] = [
  { label: texts.name, textOf: ({ name }) => name },
  { label: texts.comment, textOf: ({ comment }) => comment },
  { label: texts.validity, textOf: ({ validity }) => texts.validities[validity] },
  { label: texts.url, textOf: ({ url }) => url },
  { label: texts.mode, textOf: ({ mode }) => texts.modes[mode].label },
  {
    label: texts.auth,
    textOf: ({ auth, header, user }) => [texts.auths[auth], header, user].filter(Boolean).join(' '),
  },
  { label: texts.queues, textOf: ({ allQueues, queueIds }) => (allQueues ? texts.allQueues : queueIds.join(', ')) },
  {
    label: texts.accounts,
    textOf: ({ allAccounts, accountIds }) => (allAccounts ? texts.allAccounts : accountIds.join(', ')),
  },
  { label: texts.trustedOnly, textOf: ({ trustedOnly }) => (trustedOnly ? 'yes' : 'no') },
  { label: texts.loops, textOf: ({ loops }) => (loops ? 'yes' : 'no') },
  {
    label: texts.names,
    textOf: ({ queueNames, otherQueues }) =>
      [...queueNames.map(({ queueId, name }) => `${queueId} → ${name}`), otherQueues].filter(Boolean).join(', '),
  },
  { label: texts.doubt, textOf: ({ doubt }) => texts.doubts[doubt].label },
  { label: texts.control, textOf: ({ controlHeaderPrefix }) => controlHeaderPrefix },
  { label: texts.concurrency, textOf: ({ concurrency }) => concurrency },
  { label: texts.timeout, textOf: ({ timeoutSeconds }) => timeoutSeconds },
  { label: texts.largest, textOf: ({ largestSize }) => largestSize },
]

/** The fields of another person's version beside those of the form. */
export const compared = (theirs: Destination, mine: Draft) => {
  const their = draftOf(theirs)
  return groups.map(({ label, textOf }) => ({ label, theirs: textOf(their) || '–', mine: textOf(mine) || '–' }))
}
