import type { HeaderTrait } from '../compose.ts'
import { utf8 } from '../message.ts'

interface Word {
  readonly name: string
  readonly written: string
  readonly words: string
  readonly source: string
}

const b = (label: string, bytes: string): string => `=?${label}?B?${Buffer.from(bytes, 'latin1').toString('base64')}?=`
const rfc2047 = 'RFC 2047 section 2'
const bytes = 'a common fault that readers repair'

/** The same words occur as a subject, as a name and as a file name. */
const encodedWords: readonly Word[] = [
  { name: 'Q words', written: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=', words: 'Grüße', source: rfc2047 },
  { name: 'B words', written: b('utf-8', utf8('Grüße')), words: 'Grüße', source: rfc2047 },
  { name: 'words in lower case', written: '=?utf-8?q?gr=c3=bc=c3=9fe?=', words: 'grüße', source: rfc2047 },
  { name: 'Latin-2 words', written: '=?iso-8859-2?Q?=B9lu=BBou=E8k=FD?=', words: 'šluťoučký', source: rfc2047 },
  {
    name: 'words with underscores',
    written: '=?utf-8?Q?two_words?=',
    words: 'two words',
    source: 'RFC 2047 section 4.2',
  },
  {
    name: 'adjacent words',
    written: '=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=',
    words: 'Grüße',
    source: 'RFC 2047 section 6.2',
  },
  {
    name: 'folded words',
    written: '=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?=',
    words: 'Grüße',
    source: 'RFC 2047 section 6.2',
  },
  {
    name: 'words beside plain text',
    written: 'Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= aus Bonn',
    words: 'Re: Grüße aus Bonn',
    source: 'RFC 2047 section 5',
  },
  {
    name: 'a character split over two words',
    written: `${b('utf-8', '\xe2\x82')} ${b('utf-8', '\xac 5')}`,
    words: '€ 5',
    source: bytes,
  },
  {
    name: 'a character split over words of different encodings',
    written: `=?utf-8?Q?=E2=82?= ${b('utf-8', '\xac 5')}`,
    words: '€ 5',
    source: bytes,
  },
  {
    name: 'words of different charsets',
    written: '=?iso-8859-1?Q?Gr=FC=DFe?= =?koi8-r?Q?_=F0=D2=C9=D7=C5=D4?=',
    words: 'Grüße Привет',
    source: 'RFC 2047 section 6.2',
  },
  { name: 'raw bytes in a Latin-1 word', written: '=?iso-8859-1?Q?Gr\xfc\xdfe?=', words: 'Grüße', source: bytes },
  { name: 'raw bytes in a Latin-2 word', written: '=?iso-8859-2?Q?\xb9lu\xbb?=', words: 'šluť', source: bytes },
  { name: 'raw bytes in a UTF-8 word', written: `=?utf-8?Q?${utf8('Grüße')}?=`, words: 'Grüße', source: bytes },
  { name: 'UTF-7 words', written: '=?utf-7?Q?Gr+APwA3w-e?=', words: 'Grüße', source: bytes },
  { name: 'UTF-7 words in base64', written: b('UTF-7', '+IKw-'), words: '€', source: bytes },
  { name: 'UTF-8 in us-ascii words', written: '=?us-ascii?Q?Gr=C3=BC=C3=9Fe?=', words: 'Grüße', source: bytes },
  {
    name: 'UTF-8 in words of an unknown charset',
    written: '=?x-none?Q?Gr=C3=BC=C3=9Fe?=',
    words: 'Grüße',
    source: bytes,
  },
  {
    name: 'words with a language',
    written: '=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=',
    words: 'Grüße',
    source: 'RFC 2231 section 5',
  },
  { name: 'ISO-2022-JP words', written: '=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=', words: '日本語', source: 'RFC 1468' },
  {
    name: 'two ISO-2022-JP words',
    written: '=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?= =?ISO-2022-JP?B?GyRCOGwbKEI=?=',
    words: '日本語',
    source: 'RFC 1468, RFC 2047 section 6.2',
  },
  {
    name: 'adjacent words without a blank',
    written: '=?utf-8?Q?Gr=C3=BC?==?utf-8?Q?=C3=9Fe?=',
    words: 'Grüße',
    source: 'a common fault',
  },
  {
    name: 'words of the charset utf8',
    written: '=?UTF8?Q?Gr=C3=BC=C3=9Fe?=',
    words: 'Grüße',
    source: 'Encoding, names and labels',
  },
  { name: 'Korean words', written: b('ks_c_5601-1987', '\xb0\xa1'), words: '가', source: rfc2047 },
  { name: 'Hebrew words', written: '=?windows-1255?Q?=F9=EC?=', words: 'של', source: rfc2047 },
  { name: 'Big5 words', written: b('big5', '\xa7\x41'), words: '你', source: rfc2047 },
  {
    name: 'windows-1252 in Latin-1 words',
    written: '=?iso-8859-1?Q?=80_5?=',
    words: '€ 5',
    source: 'Encoding, names and labels',
  },
  { name: 'GB2312 words', written: b('gb2312', '\xc4\xe3\xba\xc3'), words: '你好', source: rfc2047 },
  {
    name: 'blanks in a Q word',
    written: '=?utf-8?Q?Gr=C3=BC=C3=9Fe aus Bonn?=',
    words: 'Grüße aus Bonn',
    source: 'a common fault',
  },
  { name: 'B words without padding', written: '=?utf-8?B?R3LDvMOf?=', words: 'Grüß', source: rfc2047 },
  { name: 'raw UTF-8', written: utf8('Grüße à la carte'), words: 'Grüße à la carte', source: 'RFC 6532 section 3.1' },
  { name: 'raw windows-1252', written: 'Gr\xfc\xdfe \x80', words: 'Grüße €', source: 'docs/reading-messages.md' },
  {
    name: 'a word that never ends',
    written: '=?utf-8?Q?Gr=C3=BC',
    words: '=?utf-8?Q?Gr=C3=BC',
    source: 'RFC 2047 section 6.3',
  },
  { name: 'something like a word', written: 'a =?b?c d', words: 'a =?b?c d', source: 'RFC 2047 section 6.3' },
]

export const subjects: readonly HeaderTrait[] = encodedWords.map(({ name, written, words, source }) => ({
  name: `${name} in the subject`,
  fields: { Subject: written },
  shows: { subject: words },
  source,
}))

/** A bare word may not contain blanks or special characters, so only proper words are names. */
export const names: readonly HeaderTrait[] = encodedWords
  .filter(({ written }) => !/\x80$|c d|C3=BC$|Re:/.test(written))
  .map(({ name, written, words, source }) => ({
    name: `${name} as a name`,
    fields: { From: `${written} <writer@example.net>` },
    shows: { from: `${words} <writer@example.net>` },
    source,
  }))
