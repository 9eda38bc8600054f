import { headerBlockLimit } from '../message-header.ts'

const CR = 0x0d
const LF = 0x0a

/**
 * The header block: up to and with the first blank line that follows a line with something in it, at most `headerBlockLimit` bytes. A blank
 * line is CRLF CRLF, LF LF or a mixture of them. CR CR counts only where there is no other: to most readers a bare CR is part of its line,
 * and ending there would hide from us a control header that they will see.
 * A view of `bytes`, never a copy; give it the first `headerBlockLimit` bytes of a longer message.
 */
export const headerBlockOf = (bytes: Buffer): Buffer => {
  const window = bytes.subarray(0, headerBlockLimit)
  return window.subarray(0, endOfBlock(window, firstLine(window)))
}

/** Some servers and gateways put empty lines before the header, and many readers skip them. */
const firstLine = (window: Buffer): number => {
  let at = 0
  while (window[at] === CR || window[at] === LF) at += 1
  return at
}

const endOfBlock = (window: Buffer, start: number): number => {
  for (let at = window.indexOf(LF, start); at !== -1; at = window.indexOf(LF, at + 1)) {
    if (window[at + 1] === LF) return at + 2
    if (window[at + 1] === CR && window[at + 2] === LF) return at + 3
  }
  const bareCr = window.indexOf('\r\r', start, 'latin1')
  return bareCr === -1 ? window.length : bareCr + 2
}
