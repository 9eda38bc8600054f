import type { HeaderTrait } from '../compose.ts'
import type { Fields } from '../message.ts'
import { utf8 } from '../message.ts'
import type { QueueName } from '../shown.ts'

const documented = 'docs/dispatching.md'

const to = (name: string, written: string | readonly string[], queue: QueueName, source: string): HeaderTrait => ({
  name: `a recipient ${name}`,
  fields: { To: written },
  shows: { queue },
  source,
})

const header = (name: string, fields: Fields, queue: QueueName, source = documented): HeaderTrait => ({
  name,
  fields,
  shows: { queue },
  source,
})

const mailbox = 'RFC 5322 section 3.4'
const obsolete = 'RFC 5322 section 4.4'
const cfws = 'RFC 5322 section 3.2.2'
/** Only a field without any address is decoded before it is parsed. */
const decodedLast = 'RFC 2047 section 6.1'
const fault = 'a common fault'
const word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
const many = (count: number): string =>
  Array.from({ length: count }, (_, index) => `person${index}@example.org`).join(',\r\n ')

/** Recipients as mail programs write them, and the queue that they lead to. */
export const recipients: readonly HeaderTrait[] = [
  to('in brackets', 'Support <support@example.com>', 'Support', mailbox),
  to('in upper case', 'SUPPORT@EXAMPLE.COM', 'Support', documented),
  to('with a quoted name', '"Desk, Service" <support@example.com>', 'Support', mailbox),
  to('after another person', 'joe@example.org, support@example.com', 'Support', mailbox),
  to('after a semicolon', 'joe@example.org; support@example.com', 'Support', 'Outlook'),
  to('in a group', 'Team: joe@example.org, support@example.com;', 'Support', mailbox),
  to('after an empty group', 'Undisclosed recipients:;, support@example.com', 'Support', mailbox),
  to('after empty entries', ',, , support@example.com,', 'Support', 'RFC 5322 section 4.4: obs-addr-list'),
  to('with blanks around the at sign', 'support @ example.com', 'Support', obsolete),
  to('with blanks around the dot', 'support@example . com', 'Support', obsolete),
  to('with blanks in brackets', 'Desk < support @ example . com >', 'Support', obsolete),
  to('folded within the address', 'support@\r\n example\r\n .com', 'Support', obsolete),
  to('with a comment after it', 'support@example.com (Service Desk)', 'Support', cfws),
  to('with a comment before it', '(Service Desk) support@example.com', 'Support', cfws),
  to('with a comment within it', 'support(desk)@(at)example(dot).com', 'Support', `${obsolete}, ${cfws}`),
  to('with another address in a comment', 'sales@example.com (support@example.com)', 'Sales', cfws),
  to('with a quoted local part', '"support"@example.com', 'Support', 'RFC 5322 section 3.4.1'),
  to(
    'with a route',
    '<@relay.example,@other.example:support@example.com>',
    'Support',
    'RFC 5322 section 4.4: obs-route',
  ),
  to('in two brackets', 'Desk <<support@example.com>>', 'Support', fault),
  to('with a missing bracket', 'Desk <support@example.com', 'Support', fault),
  to('with mailto', '<mailto:support@example.com>', 'Support', fault),
  to('after a name without brackets', 'Desk support@example.com', 'Support', fault),
  to('before a name', '<support@example.com> Desk', 'Support', fault),
  to('with a dot after the domain', 'support@example.com.', 'Support', 'RFC 1034 section 3.1'),
  to('with an escaped character', '"sup\\port"@example.com', 'Support', 'RFC 5322 section 3.2.4'),
  to('with a domain literal', 'support@[192.0.2.1]', 'Raw', 'RFC 5322 section 3.4.1'),
  to('in two fields', ['joe@example.org', 'support@example.com'], 'Support', documented),
  to('with an encoded name', `${word('Bücher')} <support@example.com>`, 'Support', 'RFC 2047 section 5'),
  to(
    'with an encoded comma in the name',
    '=?utf-8?Q?Doe=2C_Jane?= <support@example.com>',
    'Support',
    'RFC 2047 section 5',
  ),
  to('with raw UTF-8 in the name', utf8('Bücher à la carte <support@example.com>'), 'Support', 'RFC 6532'),
  to(
    'whose encoded name is another address',
    `${word('sales@example.com,')} <support@example.com>`,
    'Support',
    decodedLast,
  ),
  to('whose quoted name is another address', '"sales@example.com" <support@example.com>', 'Support', mailbox),
  to('wholly in an encoded word', word('"Desk" <support@example.com>'), 'Support', decodedLast),
  to('wholly in an encoded word without a name', word('support@example.com'), 'Support', decodedLast),
  to('wholly in a Q word', '=?utf-8?Q?Desk_=3Csupport=40example.com=3E?=', 'Support', decodedLast),
  to('wholly in two words', `=?utf-8?Q?B=C3=BCcher_?= ${word('<support@example.com>')}`, 'Support', decodedLast),
  to('that is only undisclosed', 'undisclosed-recipients: ;', 'Raw', mailbox),
  to('in an encoded word beside a real address', `${word('support@example.com')}, joe@example.org`, 'Raw', decodedLast),
  to('with the A-label of the domain', 'hilfe@xn--bcher-kva.example', 'Books', 'RFC 5890 section 2.3.2.4'),
  to('with the U-label of the domain', utf8('hilfe@bücher.example'), 'Books', 'RFC 6532'),
  to('with a U-label in upper case', utf8('HILFE@BÜCHER.EXAMPLE'), 'Books', 'RFC 5891 section 5.3'),
  to('with an A-label in upper case', 'Hilfe@XN--BCHER-KVA.Example', 'Books', 'RFC 5890 section 2.3.2.1'),
  to('with a plus part', 'support+printers@example.com', 'Raw', documented),
  to('in a subdomain', 'support@mail.example.com', 'Raw', mailbox),
  to('that is a group comment', 'Undisclosed recipients:; (support@example.com)', 'Raw', cfws),
  to('that is empty', '', 'Raw', mailbox),
  to('that is missing', [], 'Raw', mailbox),
  to('after 600 others', `${many(600)}, support@example.com`, 'Support', documented),
  to('after 2,000 others', `${many(2000)}, support@example.com`, 'Support', documented),
  to(
    'after 2,000 others in one line',
    `${many(2000).replaceAll('\r\n ', ' ')}, support@example.com`,
    'Support',
    documented,
  ),
]

/** The six fields with recipients, in their order. */
export const recipientFields: readonly HeaderTrait[] = [
  header('a recipient in Resent-To', { To: 'sales@example.com', 'Resent-To': 'support@example.com' }, 'Support'),
  header('a recipient in Envelope-To', { To: 'sales@example.com', 'Envelope-To': 'support@example.com' }, 'Support'),
  header('a recipient in Cc', { To: 'joe@example.org', Cc: 'Desk <support@example.com>' }, 'Support'),
  header('a recipient in To before one in Cc', { Cc: 'sales@example.com', To: 'support@example.com' }, 'Support'),
  header('a recipient in Delivered-To', { To: 'joe@example.org', 'Delivered-To': 'support@example.com' }, 'Support'),
  header('a recipient in X-Original-To', { To: 'joe@example.org', 'X-Original-To': 'support@example.com' }, 'Support'),
  header('a recipient in Cc after 2,000 in To', { To: many(2000), Cc: 'support@example.com' }, 'Support', documented),
  header(
    'a recipient in Delivered-To before one in X-Original-To',
    { To: [], 'X-Original-To': 'sales@example.com', 'Delivered-To': 'support@example.com' },
    'Support',
  ),
  header(
    'a recipient in Resent-To before one in Envelope-To',
    { 'Envelope-To': 'sales@example.com', 'Resent-To': 'support@example.com' },
    'Support',
  ),
  header('a recipient in Bcc', { To: 'joe@example.org', Bcc: 'support@example.com' }, 'Raw'),
  header(
    'a recipient in a field in lower case',
    { To: [], to: 'support@example.com' },
    'Support',
    'RFC 5322 section 1.2.2',
  ),
]

const from = (name: string, written: string, shown: string, source: string): HeaderTrait => ({
  name: `a sender ${name}`,
  fields: { From: written },
  shows: { from: shown },
  source,
})

export const senders: readonly HeaderTrait[] = [
  from('without a name', 'writer@example.net', 'writer@example.net', mailbox),
  from('with a quoted name', '"Doe, Jane" <writer@example.net>', '"Doe, Jane" <writer@example.net>', mailbox),
  from(
    'with an escaped quote in the name',
    '"Jane \\"JD\\" Doe" <writer@example.net>',
    '"Jane \\"JD\\" Doe" <writer@example.net>',
    mailbox,
  ),
  from('with a comment as the name', 'writer@example.net (Jane Doe)', 'Jane Doe <writer@example.net>', mailbox),
  from(
    'with a dot in the name',
    'Jane B. Doe <writer@example.net>',
    'Jane B. Doe <writer@example.net>',
    'RFC 5322 section 4.1',
  ),
  from(
    'with raw UTF-8 in the name',
    utf8('Jürgen Šťastný à <writer@example.net>'),
    'Jürgen Šťastný à <writer@example.net>',
    'RFC 6532',
  ),
  from(
    'with an encoded comment as the name',
    'writer@example.net (=?utf-8?Q?J=C3=BCrgen?=)',
    'Jürgen <writer@example.net>',
    'RFC 2047 section 5',
  ),
  from(
    'with an encoded word in quotes',
    '"=?utf-8?Q?J=C3=BCrgen?=" <writer@example.net>',
    'Jürgen <writer@example.net>',
    'a common fault',
  ),
  from(
    'with an encoded comma in the name',
    '=?utf-8?Q?Doe=2C_Jane?= <writer@example.net>',
    '"Doe, Jane" <writer@example.net>',
    'RFC 2047 section 5',
  ),
  from('in two lines', 'Jane Doe\r\n <writer@example.net>', 'Jane Doe <writer@example.net>', 'RFC 5322 section 2.2.3'),
  from('wholly in an encoded word', word('Jane <jane@example.org>'), 'Jane <jane@example.org>', decodedLast),
]
