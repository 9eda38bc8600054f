import { type Account, validities } from '../../../../lib/accounts/account.ts'
import { commentSchema } from '../../../../lib/accounts/fields/field-formats.ts'
import { plain } from '../../../terminal/text.ts'
import { asChecked } from './questions.ts'
import type { Setting } from './setting.ts'

export const trustedSetting: Setting = {
  name: 'Trusted',
  field: 'trusted',
  shown: ({ trusted = false }) => (trusted ? 'yes' : 'no'),
  ask: async ({ trusted = false }, { questions }) => ({
    trusted: await questions.choose(
      'Trust the X-OTOBO-… headers in its mail?',
      [
        { value: false, name: 'no, ignore them' },
        { value: true, name: 'yes, because outsiders cannot send mail to this mailbox' },
      ],
      trusted,
    ),
  }),
}

/** Cannot be the id of a queue: those are ULIDs, or `raw`. */
const byToField = 'to-field'

export const dispatchingSetting: Setting = {
  name: 'Dispatching',
  field: 'dispatching',
  shown: ({ dispatching = { by: byToField } }, { queues }) => {
    if (dispatching.by === byToField) return 'by the To field'
    return `queue ${plain(queues.find(({ queueId }) => queueId === dispatching.queueId)?.name ?? '?')}`
  },
  ask: async ({ dispatching }, { questions, queues }) => {
    const chosen = await questions.choose(
      'Which queue receives the mail?',
      [
        { value: byToField, name: 'the queue of the address in the To field' },
        ...queues.map(({ queueId, name }) => ({ value: queueId, name: `always ${plain(name)}` })),
      ],
      dispatching?.by === 'queue' ? dispatching.queueId : byToField,
    )
    return { dispatching: chosen === byToField ? { by: byToField } : { by: 'queue', queueId: chosen } }
  },
}

const validityWords: Readonly<Record<Account['validity'], string>> = {
  valid: 'valid: its mail is fetched',
  invalid: 'invalid: its mail is not fetched',
  'invalid-temporarily': 'invalid-temporarily: its mail is not fetched for the time being',
}

export const validitySetting: Setting = {
  name: 'Validity',
  field: 'validity',
  shown: ({ validity = 'valid' }) => validity,
  ask: async ({ validity = 'valid' }, { questions }) => ({
    validity: await questions.choose(
      'Validity:',
      validities.map((value) => ({ value, name: validityWords[value] })),
      validity,
    ),
  }),
}

export const commentSetting: Setting = {
  name: 'Comment',
  field: 'comment',
  shown: ({ comment = '' }) => plain(comment),
  ask: async ({ comment }, { questions }) => ({
    comment: await questions.text('Comment for other admins (may be empty):', {
      preset: comment === '' ? undefined : comment,
      check: asChecked(commentSchema),
    }),
  }),
}
