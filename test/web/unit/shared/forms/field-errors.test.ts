import { expect, test } from 'vitest'
import { ApiProblem } from '../../../../../web/api/problems.ts'
import { fieldErrors } from '../../../../../web/shared/forms/field-errors.ts'

const invalid = (...errors: { path: string; message: string }[]) =>
  new ApiProblem({
    code: 'invalid-request',
    status: 400,
    detail: 'Some fields are invalid.',
    remedy: 'Correct the fields.',
    errors,
  })

test('a message belongs to its field as a sentence, and to the field that contains it', () => {
  const errors = fieldErrors(
    invalid({ path: '/port', message: 'must be a whole number' }, { path: '/scopes/imap/0', message: 'is empty.' }),
    ['/port', '/scopes/imap'],
  )
  expect(errors.at('/port')).toBe('Must be a whole number.')
  expect(errors.at('/scopes/imap')).toBe('Is empty.')
  expect(errors.at('/host')).toBeUndefined()
  expect(errors.rest).toBeUndefined()
})

test('a field whose name begins like another is another field', () => {
  const errors = fieldErrors(invalid({ path: '/hostname', message: 'is unknown' }), ['/host'])
  expect(errors.at('/host')).toBeUndefined()
})

test('what belongs to no field of the form is left for the alert', () => {
  const problem = invalid({ path: '/port', message: 'is wrong' }, { path: '/unknown', message: 'is unknown' })
  expect(fieldErrors(problem, ['/port']).rest).toBe(problem)
  expect(fieldErrors(new TypeError('fetch failed'), ['/port']).rest?.code).toBe('unreachable')
})

test('a form without an error shows none', () => expect(fieldErrors(null, ['/port']).rest).toBeUndefined())
