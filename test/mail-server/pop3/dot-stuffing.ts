const dot = 46
const crlf = Buffer.from('\r\n')

/**
 * @returns the bytes that a POP3 client gets: the stored bytes, with a final CRLF added if missing (RFC 1939 section 3)
 */
export const asSentByPop3 = (body: Buffer): Buffer =>
  body.length === 0 || body.subarray(-2).equals(crlf) ? body : Buffer.concat([body, crlf])

/** Adds a dot before every dot that begins a line. Only CRLF ends lines, so a dot after a bare LF is not stuffed. */
export function stuffDots(body: Buffer): Buffer {
  const whole = asSentByPop3(body)
  const parts: Buffer[] = []
  let from = 0
  if (whole[0] === dot) parts.push(Buffer.from('.'))
  for (let at = whole.indexOf('\r\n.'); at >= 0; at = whole.indexOf('\r\n.', at + 2)) {
    parts.push(whole.subarray(from, at + 2), Buffer.from('.'))
    from = at + 2
  }
  return parts.length === 0 ? whole : Buffer.concat([...parts, whole.subarray(from)])
}
