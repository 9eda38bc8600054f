import { describe, expect, it } from 'vitest'
import { differencesOf, merged } from '../../../../web/accounts/form/conflict/merge.ts'
import { draftOf } from '../../../../web/accounts/form/draft/draft.ts'
import { sampleAccount } from './sample-account.ts'

const names = { queue: (id: string) => `queue ${id}`, profile: (id: string) => `profile ${id}` }
const base = draftOf(sampleAccount({}))

describe('a form that another person overtook', () => {
  it('shows only what the other person changed, in words', () => {
    const theirs = { ...base, dispatchingBy: 'queue', queueId: 'Q1', comment: 'Theirs' } as const
    const mine = { ...base, folder: 'Desk' }

    expect(differencesOf({ base, mine, theirs }, names)).toEqual([
      expect.objectContaining({
        id: 'dispatching',
        mine: 'By recipient address',
        theirs: 'Always queue queue Q1',
        proposed: 'theirs',
      }),
      expect.objectContaining({ id: 'comment', mine: 'None', theirs: 'Theirs', proposed: 'theirs' }),
    ])
  })

  it('keeps one’s own input where both changed the same setting', () => {
    const [difference] = differencesOf(
      { base, mine: { ...base, comment: 'Mine' }, theirs: { ...base, comment: 'Theirs' } },
      names,
    )

    expect(difference).toMatchObject({ mine: 'Mine', theirs: 'Theirs', proposed: 'mine' })
  })

  it('has nothing to choose if both made the same change', () => {
    const same = { ...base, trusted: true }

    expect(differencesOf({ base, mine: same, theirs: same }, names)).toEqual([])
  })

  it('takes the chosen settings with everything that belongs to them, and keeps the rest and the typed password', () => {
    const mine = { ...base, password: 'typed', comment: 'Mine', folder: 'Desk' }
    const theirs = { ...base, afterFetch: 'move', moveTo: 'Done', comment: 'Theirs' } as const

    expect(merged({ mine, theirs }, { afterFetch: 'theirs', comment: 'mine' })).toEqual({
      ...mine,
      afterFetch: 'move',
      moveTo: 'Done',
    })
  })
})
