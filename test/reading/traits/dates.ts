import type { HeaderTrait } from '../compose.ts'

const date = (
  name: string,
  written: string | readonly string[],
  shown: string | null,
  source: string,
): HeaderTrait => ({
  name: `the date ${name}`,
  fields: { Date: written },
  shows: { date: shown, arrival: shown },
  source,
})

const usual = '2026-03-02T08:09:51.000Z'
const utc = '2026-03-02T09:09:51.000Z'
const rfc = 'RFC 5322 section 3.3'
const obsolete = 'RFC 5322 section 4.3'
const cfws = 'RFC 5322 section 4.3: CFWS'
/** A reader is better off without a date than with a wrong one. */
const absent = 'what is not understood is absent'
const fault = 'a common fault'

export const dates: readonly HeaderTrait[] = [
  date('with an offset', 'Mon, 2 Mar 2026 09:09:51 +0100', usual, rfc),
  date('with a negative offset', 'Mon, 2 Mar 2026 03:39:51 -0430', usual, rfc),
  date('without a weekday', '2 Mar 2026 09:09:51 +0100', usual, rfc),
  date('without seconds', 'Mon, 2 Mar 2026 09:09 +0100', '2026-03-02T08:09:00.000Z', rfc),
  date('with two digits for the day', 'Mon, 02 Mar 2026 09:09:51 +0100', usual, rfc),
  date('with a two-digit year', 'Mon, 2 Mar 26 09:09:51 +0100', usual, obsolete),
  date('with a three-digit year', 'Mon, 2 Mar 126 09:09:51 +0100', usual, obsolete),
  date('with a wrong weekday', 'Fri, 2 Mar 2026 09:09:51 +0100', usual, 'the weekday adds nothing to the date'),
  date('in lower case', 'mon, 2 mar 2026 09:09:51 +0100', usual, 'RFC 5234 section 2.3'),
  date('with hyphens', 'Mon, 2-Mar-2026 09:09:51 +0100', usual, 'RFC 850'),
  date('folded', 'Mon,\r\n 2 Mar 2026\r\n\t09:09:51\r\n +0100', usual, rfc),
  date('with one digit for the hour', 'Mon, 2 Mar 2026 9:09:51 +0100', usual, fault),
  date('without a blank after the comma', 'Mon,2 Mar 2026 09:09:51 +0100', usual, obsolete),
  date('with whole names', 'Monday, 2 March 2026 09:09:51 +0100', usual, fault),
  date(
    'with raw bytes in a comment',
    'Mon, 2 Mar 2026 09:09:51 +0100 (Mitteleurop\xe4ische Zeit)',
    usual,
    'a common fault',
  ),
  date('with the offset -0000', 'Mon, 2 Mar 2026 09:09:51 -0000', utc, rfc),
  date('with CET', 'Mon, 2 Mar 2026 09:09:51 CET', usual, 'an unambiguous zone'),
  date('with CEST', 'Thu, 2 Jul 2026 09:09:51 CEST', '2026-07-02T07:09:51.000Z', 'an unambiguous zone'),
  date('with GMT', 'Mon, 2 Mar 2026 09:09:51 GMT', utc, obsolete),
  date('with UT', 'Mon, 2 Mar 2026 09:09:51 UT', utc, obsolete),
  date('with EST', 'Mon, 2 Mar 2026 03:09:51 EST', usual, obsolete),
  date('with PDT', 'Mon, 2 Mar 2026 01:09:51 PDT', usual, obsolete),
  date('with Z', 'Mon, 2 Mar 2026 09:09:51 Z', utc, obsolete),
  date('with a colon in the offset', 'Mon, 2 Mar 2026 09:09:51 +01:00', usual, fault),
  date('with GMT+0100', 'Mon, 2 Mar 2026 09:09:51 GMT+0100', usual, fault),
  date('with GMT +0100', 'Mon, 2 Mar 2026 09:09:51 GMT +0100', usual, fault),
  date('with GMT-05:00', 'Mon, 2 Mar 2026 03:09:51 GMT-05:00', usual, fault),
  date('with UTC+0100', 'Mon, 2 Mar 2026 09:09:51 UTC+0100', usual, fault),
  date('with a comment after it', 'Mon, 2 Mar 2026 09:09:51 +0100 (CET)', usual, rfc),
  date('with a comment before the zone', 'Mon, 2 Mar 2026 09:09:51 (local) +0100', usual, cfws),
  date('with nested comments', 'Mon, 2 Mar 2026 09:09:51 (a (b) c) +0100 (d (e))', usual, cfws),
  date('with a comment before it', '(today) Mon, 2 Mar 2026 09:09:51 +0100', usual, cfws),
  date('with comments between all parts', 'Mon (a), (b) 2 (c) Mar (d) 2026 (e) 09:09:51 (f) +0100', usual, cfws),
  date(
    'with an escaped parenthesis in a comment',
    'Mon, 2 Mar 2026 (\\)) 09:09:51 +0100',
    usual,
    'RFC 5322 section 3.2.2',
  ),
  date('of asctime', 'Mon Mar  2 09:09:51 2026', utc, 'ISO C asctime, which RFC 9110 section 5.6.7 reads as UTC'),
  date('of asctime with an offset', 'Mon Mar  2 09:09:51 2026 +0100', usual, fault),
  date('of the Unix program date', 'Mon Mar  2 09:09:51 GMT 2026', utc, fault),
  date('of ISO 8601 with an offset', '2026-03-02T09:09:51+01:00', usual, 'RFC 3339'),
  date('of ISO 8601 in UTC', '2026-03-02T08:09:51Z', usual, 'RFC 3339'),
  date('of ISO 8601 with a blank', '2026-03-02 09:09:51 +0100', usual, 'RFC 3339 section 5.6'),
  date('with an unknown zone', 'Mon, 2 Mar 2026 09:09:51 XYZT', null, absent),
  date('with an impossible offset', 'Mon, 2 Mar 2026 09:09:51 +9900', null, absent),
  date('with impossible minutes in the offset', 'Mon, 2 Mar 2026 09:09:51 +0175', null, absent),
  date('with an impossible hour', 'Mon, 2 Mar 2026 25:09:51 +0100', null, absent),
  date('with an impossible day', 'Sat, 31 Feb 2026 09:09:51 +0100', null, absent),
  date('of prose', 'yesterday at noon', null, absent),
  date('that is empty', '', null, absent),
  date('that is missing', [], null, 'RFC 5322 section 3.6'),
]
