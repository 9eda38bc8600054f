import { describe, expect, it } from 'vitest'
import { readMessageHeader } from '../../../../lib/messages/header/read-message-header.ts'

const recipientsOf = (...lines: string[]) =>
  readMessageHeader(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), 'X-OTOBO-')?.recipients
const to = (value: string) => recipientsOf(`To: ${value}`)?.map(({ address }) => address)

describe('recipients', () => {
  it('recipients are returned in the order of the configured headers, regardless of their order in the message', () => {
    expect(
      recipientsOf(
        'X-Original-To: f@x.example',
        'Delivered-To: e1@x.example',
        'CC: d@x.example',
        'To: c1@x.example, c2@x.example',
        'delivered-to: e2@x.example',
        'Envelope-To: b@x.example',
        'TO: c3@x.example',
        'Resent-To: a@x.example',
        'Bcc: never@x.example',
        'X-Envelope-To: never@x.example',
      ),
    ).toEqual([
      { header: 'Resent-To', address: 'a@x.example' },
      { header: 'Envelope-To', address: 'b@x.example' },
      { header: 'To', address: 'c1@x.example' },
      { header: 'To', address: 'c2@x.example' },
      { header: 'To', address: 'c3@x.example' },
      { header: 'Cc', address: 'd@x.example' },
      { header: 'Delivered-To', address: 'e1@x.example' },
      { header: 'Delivered-To', address: 'e2@x.example' },
      { header: 'X-Original-To', address: 'f@x.example' },
    ])
  })

  it.each([
    ['bare', 'Support@Example.COM', ['support@example.com']],
    ['in brackets', '<support@example.com>', ['support@example.com']],
    ['with a quoted name that has a comma', '"Desk, Support" <support@example.com>', ['support@example.com']],
    ['with an encoded comma', '=?utf-8?Q?Desk=2C_evil=40x.example=2C?= <support@example.com>', ['support@example.com']],
    [
      'with a bare comma in an encoded word',
      '=?utf-8?Q?Desk,_Support?= <support@example.com>',
      ['support@example.com'],
    ],
    ['with only an encoded address', '=?utf-8?Q?support=40example.com?=', ['support@example.com']],
    ['in a group', 'Team: a@x.example, "B" <b@x.example>;, c@x.example', ['a@x.example', 'b@x.example', 'c@x.example']],
    ['an empty group', 'undisclosed-recipients:;', []],
    ['with comments', 'a@x.example (evil@x.example), (c) b@x.example', ['a@x.example', 'b@x.example']],
    ['with a quoted local part', '"a@evil.example"@x.example', ['"a@evil.example"@x.example']],
    ['with a needlessly quoted local part', '"support"@example.com', ['support@example.com']],
    ['with spaces around the @', 'support @ example.com', ['support@example.com']],
    ['folded', 'a@x.example,\r\n\tb@x.example', ['a@x.example', 'b@x.example']],
    ['without a domain', 'root, a@x.example', ['a@x.example']],
    ['in UTF-8', 'Übung <übung@x.example>', ['übung@x.example']],
    ['too long for a system address', `${'a'.repeat(300)}@x.example, b@x.example`, ['b@x.example']],
  ])('recipients: %s', (_name, value, addresses) => {
    expect(to(value)).toEqual(addresses)
  })
})
