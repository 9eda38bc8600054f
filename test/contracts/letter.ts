/** A plain letter whose body ends with a line end. */
export const letter = (subject: string, body: Buffer | string = 'Hello.\r\n'): Buffer =>
  Buffer.concat([
    Buffer.from(
      `From: Ada <ada@example.org>\r\nTo: desk@example.com\r\nSubject: ${subject}\r\nMessage-ID: <${encodeURIComponent(subject)}@example.org>\r\n\r\n`,
    ),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])
