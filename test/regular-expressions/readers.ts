import { imapErrorOf } from '../../lib/mailbox/imap/imap-error.ts'
import { imapLogger } from '../../lib/mailbox/imap/imap-logger.ts'
import { serverWordsOf } from '../../lib/mailbox/mailbox-error.ts'
import { parseCapabilities } from '../../lib/mailbox/pop3/capabilities.ts'
import { loginErrorOf, sessionEndedBy } from '../../lib/mailbox/pop3/reply-error.ts'
import { decodeBytes } from '../../lib/messages/decoding/charset.ts'
import { decodedText } from '../../lib/messages/decoding/encoded-words.ts'
import { extensionOf, unflow } from '../../lib/messages/decoding/mailparser.ts'
import { mediaTypeOf, structuredValue } from '../../lib/messages/decoding/parameters.ts'
import { addressesIn } from '../../lib/messages/header/addresses.ts'
import { arrivalDateOf } from '../../lib/messages/header/arrival-date.ts'
import { headerDateOf } from '../../lib/messages/header/header-date.ts'
import { readMessageHeader } from '../../lib/messages/header/read-message-header.ts'
import { attachmentDisposition } from '../../lib/messages/store/content-disposition.ts'
import type { BodyKind } from '../../lib/messages/view/body/body-kind.ts'
import { bodyTextOf } from '../../lib/messages/view/body/body-text.ts'
import type { BodyLeaf } from '../../lib/messages/view/body/chosen-texts.ts'
import { CollectedTexts } from '../../lib/messages/view/body/collected-texts.ts'
import { shownBodyOf } from '../../lib/messages/view/body/shown-body.ts'
import { safeFileName } from '../../lib/messages/view/file-name.ts'
import { htmlText } from '../../lib/messages/view/html/html-text.ts'
import { sanitiseHtml } from '../../lib/messages/view/html/sanitise-html.ts'
import { readContents } from '../../lib/messages/view/message-contents.ts'
import type { MailPart } from '../../lib/messages/view/parts/mail-parts.ts'
import { signedContentOf } from '../../lib/messages/view/signed/smime.ts'
import { findingOfRefusal } from '../../lib/oauth2/findings/provider-refusals.ts'
import { claimsOf } from '../../lib/oauth2/findings/token-claims.ts'
import { comparableAddress } from '../../lib/queues/system-address.ts'
import { redaction } from '../../lib/redaction/redaction.ts'
import { escaped, printable } from '../../lib/text/printable.ts'

const part = (content: Buffer, parameters: Readonly<Record<string, string>>, contentType = 'text/plain'): MailPart => ({
  contentType,
  parameters,
  disposition: undefined,
  fileName: undefined,
  contentId: undefined,
  containers: [],
  position: 0,
  content: (async function* () {
    yield content
  })(),
})

const leaf = (kind: BodyKind, content: string): BodyLeaf => ({ kind, containers: [], content, truncated: false })

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

const contentsOf = (mail: string) => readContents(bytesOf(mail), AbortSignal.timeout(60_000))
const headerWith = (name: string) => (text: string) =>
  readMessageHeader(Buffer.from(`${name}: ${text}\r\n\r\n`), 'x-otrs-')
const redactShort = redaction([{ text: 'ok', user: 'desk' }])
const redactLong = redaction([{ text: 'correct horse battery', user: 'desk' }])
const log = imapLogger({ listening: true, sent: () => undefined, received: () => undefined })
const context = {
  step: 'session',
  encrypted: false,
  greeted: true,
  heard: true,
  byeWords: '',
  aborted: false,
  credential: { method: 'password', username: 'desk', password: 'correct horse battery' },
  offered: '',
  redact: redactLong,
} as const

/** All functions that read text from a sender, a mail server or an authorization server. */
export const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'a file name': (text) => safeFileName(text, 'text/plain', 1),
  'a file name for a download': (text) => attachmentDisposition(safeFileName(text, text.slice(0, 100), 1)),
  'an extension': (text) => extensionOf(text),
  'an Auto-Submitted field': headerWith('Auto-Submitted'),
  'a Precedence field': headerWith('Precedence'),
  'a Return-Path': headerWith('Return-Path'),
  'the Content-Type of a message': headerWith('Content-Type'),
  'a Subject': headerWith('Subject'),
  'a To': headerWith('To'),
  'the domain of a recipient': (text) => comparableAddress(`a@${text}`),
  'a From': headerWith('From'),
  'a Message-ID': headerWith('Message-ID'),
  References: headerWith('References'),
  'a Date': headerWith('Date'),
  'a control header': headerWith('X-OTRS-Queue'),
  'a header block': (text) => readMessageHeader(Buffer.from(text), 'x-otrs-'),
  'a date of arrival': (text) => arrivalDateOf(Buffer.from(`Received: ${text}\r\n\r\n`)),
  'a date': headerDateOf,
  'an unstructured text': decodedText,
  'a charset label': (text) => decodeBytes(Buffer.from('a'), text),
  'a type and its parameters': mediaTypeOf,
  'a disposition and its parameters': structuredValue,
  addresses: addressesIn,
  'a text that flows': (text) => unflow(text, true),
  'a body as UTF-8': (text) => bodyTextOf(Buffer.from(text), part(Buffer.alloc(0), { charset: 'utf-8' })),
  'a body as UTF-7': (text) => bodyTextOf(Buffer.from(text), part(Buffer.alloc(0), { charset: 'utf-7' })),
  'a body in Japanese': (text) => bodyTextOf(Buffer.from(text), part(Buffer.alloc(0), { charset: 'iso-2022-jp' })),
  'a body that flows': (text) =>
    bodyTextOf(Buffer.from(text), part(Buffer.alloc(0), { charset: 'utf-8', format: 'flowed' })),
  'a body that is cut': async (text) => {
    const texts = new CollectedTexts(text.length)
    const bytes = Buffer.from(text.replace(/[^\0-\x7f]/g, '\xff'), 'latin1')
    await texts.add(part(bytes, { charset: 'utf-8' }), 'plain')
    await texts.add(part(Buffer.from('more than fits'), { charset: 'utf-8' }), 'plain')
    return shownBodyOf(texts.leaves)
  },
  'a page in an undeclared charset': (text) => bodyTextOf(Buffer.from(text), part(Buffer.alloc(0), {}, 'text/html')),
  'a plain text beside HTML': (text) =>
    shownBodyOf([leaf('html', '<p>a'), leaf('plain', text), leaf('html', text), leaf('other', text)]),
  'HTML as text': (text) => htmlText(text, 1024 * 1024),
  'HTML to be shown': (text) => sanitiseHtml(text, { remoteContent: false }),
  'HTML to be shown with images': (text) => sanitiseHtml(text, { remoteContent: true }),
  'an S/MIME signature': (text) => signedContentOf(Buffer.from(text, 'latin1')),
  'a signed message': (text) => contentsOf(`Content-Type: application/pkcs7-mime\r\n\r\n${text}`),
  'a message': contentsOf,
  'a message with text': (text) => contentsOf(`Subject: a\r\n\r\n${text}`),
  'a message of parts': (text) =>
    contentsOf(`Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b--\r\n`),
  'a Content-Type': (text) => contentsOf(`Content-Type: ${text}\r\n\r\na`),
  'a parameter of a Content-Type': (text) => contentsOf(`Content-Type: text/plain; name=${text}\r\n\r\na`),
  'a boundary': (text) => contentsOf(`Content-Type: multipart/mixed; boundary="${text}"\r\n\r\n--${text}\r\n\r\na`),
  'a Content-Disposition': (text) => contentsOf(`Content-Disposition: attachment; filename="${text}"\r\n\r\na`),
  'a Content-ID': (text) => contentsOf(`Content-Type: image/png\r\nContent-ID: <${text}>\r\n\r\na`),
  'a Content-Transfer-Encoding': (text) => contentsOf(`Content-Transfer-Encoding: ${text}\r\n\r\na`),
  'quoted-printable': (text) => contentsOf(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${text}`),
  'uuencoded content': (text) => contentsOf(`Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n${text}`),
  'content that is not uuencoded': (text) => contentsOf(`Content-Transfer-Encoding: x-uuencode\r\n\r\n${text}`),
  base64: (text) => contentsOf(`Content-Transfer-Encoding: base64\r\n\r\n${text}`),
  'a field of a part': (text) => contentsOf(`${text}: b\r\n\r\na`),
  'a line of IMAP': (text) => log.debug({ src: 's', msg: `* 1 FETCH (${text}` }),
  'words of an IMAP server': (text) => imapErrorOf({ responseStatus: 'NO', responseText: text }, context),
  'a challenge of an IMAP server': (text) =>
    imapErrorOf({ responseStatus: 'NO', responseText: 'no', oauthError: { status: text, scope: text } }, context),
  'words of a POP3 server': (text) => loginErrorOf(text, true),
  'a line of a POP3 server': sessionEndedBy,
  'capabilities of a POP3 server': (text) => parseCapabilities(text),
  'words of any server': serverWordsOf,
  'a text for people': printable,
  'a text for terminals': escaped,
  'a text that may hold a short secret': redactShort,
  'a text that may hold a secret': redactLong,
  'a refusal by Google': (text) =>
    findingOfRefusal({ kind: 'refused', error: 'invalid_grant', description: text.slice(0, 500) }, { kind: 'google' }),
  'a refusal by Microsoft': (text) => findingOfRefusal({ kind: 'refused', description: text }, { kind: 'microsoft' }),
  'a token': (text) => claimsOf(`a.${Buffer.from(JSON.stringify({ scp: text, aud: text })).toString('base64url')}.b`),
}
