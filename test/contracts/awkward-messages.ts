/** A plain letter; the body ends with a line end. */
export const letter = (subject: string, body: Buffer | string = 'Hello.\r\n'): Buffer =>
  Buffer.concat([
    Buffer.from(
      `From: Ada <ada@example.org>\r\nTo: desk@example.com\r\nSubject: ${subject}\r\nMessage-ID: <${encodeURIComponent(subject)}@example.org>\r\n\r\n`,
    ),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])

/** What mail programs and servers get wrong, by title. */
export const awkwardMessages: Readonly<Record<string, Buffer>> = {
  '8-bit characters': letter('latin', Buffer.from('Gr\xfc\xdfe aus K\xf6ln, \x80\xff\r\n', 'latin1')),
  'UTF-8 characters': letter('Grüße 📬', 'Ein schöner Tag: 日本語\r\n'),
  'lines of dots': letter('dots', '.\r\n..\r\n...\r\n.hidden\r\n. \r\n.\r\n'),
  'a dot as the very first and very last line': Buffer.from('.X: y\r\n\r\n.\r\n'),
  'NUL bytes': letter('nul', Buffer.from([0x61, 0, 0, 0x62, 0x0d, 0x0a, 0, 0x0d, 0x0a])),
  'bare LF': letter('bare lf', 'one\ntwo\n.\nthree\n'),
  'bare CR': letter('bare cr', 'one\rtwo\r\r\nthree\r'),
  'no final line end': Buffer.from('Subject: cut\r\n\r\nno line end here'),
  'only headers': Buffer.from('Subject: no body\r\nFrom: ada@example.org\r\n\r\n'),
  'no headers': Buffer.from('\r\njust text\r\n'),
  'a line of 20,000 characters': letter('long line', `${'x'.repeat(20_000)}\r\n`),
  'IMAP words': letter('imap', '* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\nA1 OK done\r\n{12}\r\n+OK\r\n-ERR no\r\n'),
  'many blank lines': letter('blank', '\r\n'.repeat(500)),
}
