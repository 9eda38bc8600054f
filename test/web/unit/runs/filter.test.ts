import { expect, test } from 'vitest'
import { runFilterOf } from '../../../../web/runs/filter.ts'

const none = { account: '', state: '', trigger: '', time: '' }
const day = 86_400_000

test('the list of runs covers all accounts and the last seven days unless the address restricts it', () => {
  expect(runFilterOf(none)).toEqual({ since: 7 * day })
})

test('an address can restrict the list of runs to one account, a state, a trigger and a time', () => {
  expect(runFilterOf({ account: 'a1', state: 'failed', trigger: 'request', time: 'day' })).toEqual({
    accountId: 'a1',
    state: 'failed',
    trigger: 'request',
    since: day,
  })
})

test('an address with an unknown state, trigger or time restricts nothing', () => {
  expect(runFilterOf({ ...none, state: 'open', trigger: 'me', time: 'soon' })).toEqual({ since: 7 * day })
})
