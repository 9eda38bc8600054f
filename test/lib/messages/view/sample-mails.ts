/** The bytes of a message. Lines are joined by CRLF, and one character is one byte. */
export const mail = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1')

export const bytesOf = (text: string, encoding: BufferEncoding = 'utf8'): string =>
  Buffer.from(text, encoding).toString('latin1')

/** In chunks, as S3 sends them. */
export async function* pieces(bytes: Buffer, size = 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const base64 = (bytes: Buffer | string) =>
  (
    Buffer.from(bytes as string)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')

export const innerMail = mail(
  'From: Joe <joe@example.org>',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Content-Type: multipart/mixed; boundary=inner',
  '',
  '--inner',
  'Content-Type: text/html',
  '',
  '<p>inner <script>alert(1)</script></p>',
  '--inner',
  'Content-Type: application/pdf; name=plan.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  base64('%PDF inner'),
  '--inner--',
)

/** One part of each kind: text, HTML with an inline image, calendar, embedded message, files. */
export const wholeMail = mail(
  'From: Jane Doe <jane@example.org>',
  'To: support@example.com',
  'Subject: Printer on fire',
  'Message-ID: <1@example.org>',
  'Date: Mon, 2 Mar 2026 09:09:51 +0100',
  'Content-Type: multipart/mixed; boundary=outer',
  '',
  'This is a multi-part message in MIME format.',
  '--outer',
  'Content-Type: multipart/alternative; boundary=alt',
  '',
  '--alt',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'It burns =F0=9F=94=A5, see the=',
  ' photo.',
  '--alt',
  'Content-Type: multipart/related; boundary=rel',
  '',
  '--rel',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="x()">It <b>burns</b>: <img src="cid:photo1@example.org"><img src="https://track.example.net/p.gif"></p>',
  '--rel',
  'Content-Type: image/jpeg',
  'Content-ID: <photo1@example.org>',
  'Content-Disposition: inline; filename=fire.jpg',
  'Content-Transfer-Encoding: base64',
  '',
  base64(Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2, 3])),
  '--rel--',
  '--alt',
  'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
  '',
  'BEGIN:VCALENDAR',
  'END:VCALENDAR',
  '--alt--',
  '--outer',
  'Content-Type: message/rfc822',
  'Content-Disposition: attachment',
  '',
  innerMail.toString('latin1'),
  '--outer',
  "Content-Type: application/octet-stream; name*0*=utf-8''R%C3%A4ch; name*1*=nung.bin",
  "Content-Disposition: attachment; filename*0*=utf-8''R%C3%A4ch; filename*1*=nung.bin",
  'Content-Transfer-Encoding: base64',
  '',
  base64(Buffer.alloc(3000, 7)),
  '--outer--',
)
