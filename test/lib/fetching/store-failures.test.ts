import { expect, it } from 'vitest'
import { StorageFailure, storageFailed } from '../../../lib/fetching/failures.ts'

const failedWith = (name: string) =>
  storageFailed(new StorageFailure('SNS', { cause: Object.assign(new Error('not shown'), { name }) }))

it.each(['AccessDenied', 'AccessDeniedException', 'AuthorizationErrorException', 'KMSAccessDeniedException'])(
  'a missing permission (%s) needs an operator',
  (name) => {
    expect(failedWith(name).remedy).toContain('an operator has to act')
  },
)

it('a throttled store does not need an operator', () => {
  expect(failedWith('ThrottlingException').remedy).toContain('the next run tries again')
})
