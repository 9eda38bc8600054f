/** @returns a mail with this subject, padded to a size in bytes */
export const mailWith = (subject: string, size = 0): Buffer => {
  const mail = Buffer.from(
    [
      'From: Ann <ann@example.com>',
      'To: desk@example.com',
      `Subject: ${subject}`,
      `Message-ID: <${subject.replaceAll(' ', '.')}@example.com>`,
      'Date: Mon, 02 Mar 2026 08:09:00 +0000',
      '',
      'Please help.',
      '',
    ].join('\r\n'),
  )
  return Buffer.concat([mail, Buffer.alloc(Math.max(0, size - mail.length), 'QUJD\r\n')])
}
