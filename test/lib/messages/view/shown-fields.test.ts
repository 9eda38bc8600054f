import { expect, test } from 'vitest'
import { longestShownValue, mostShownFields, shownFieldsOf } from '../../../../lib/messages/view/shown-fields.ts'

const fieldsOf = (...lines: readonly string[]) =>
  shownFieldsOf(Buffer.from([...lines, '', 'Text: no field'].join('\r\n')))

test('shows every field of a header in order, unfolded and decoded', () => {
  expect(
    fieldsOf(
      'Received: from a.example',
      '\tby b.example',
      'Received: from c.example',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
    ),
  ).toEqual([
    { name: 'received', value: 'from a.example by b.example' },
    { name: 'received', value: 'from c.example' },
    { name: 'subject', value: 'Grüße' },
  ])
})

test('a shown field has no control characters and no marks that turn text around', () => {
  expect(fieldsOf('Subject: a\u001b[31m\u202etxt.exe')).toEqual([{ name: 'subject', value: 'a [31mtxt.exe' }])
})

test('the shown fields are limited in number and length', () => {
  const fields = fieldsOf(...Array.from({ length: mostShownFields + 1 }, (_, at) => `X-${at}: ${'x'.repeat(5_000)}`))
  expect(fields.length).toBeLessThanOrEqual(mostShownFields)
  expect(fields[0]?.value).toHaveLength(longestShownValue)
})

test('a message without a header has no fields', () => {
  expect(shownFieldsOf(Buffer.from('Only text.'))).toEqual([])
  expect(shownFieldsOf(Buffer.alloc(0))).toEqual([])
})
