import { headerBlockLimit } from '../message-header.ts'

const CR = 0x0d
const LF = 0x0a

/**
 * Finds the header block, which ends with the first blank line after a non-empty line and has at most
 * `headerBlockLimit` bytes. The blank line is CRLF CRLF, LF LF or a mixture of them. CR CR counts only if there is no
 * other blank line. Most readers treat a bare CR as part of its line, so ending there could hide a control header that
 * they see.
 * @param bytes the message, or at least its first `headerBlockLimit` bytes
 * @returns a view of `bytes`, never a copy
 */
export const headerBlockOf = (bytes: Buffer): Buffer => {
  const window = bytes.subarray(0, headerBlockLimit)
  return window.subarray(0, endOfBlock(window, firstLine(window)))
}

/** Skips the empty lines that some servers and gateways put before the header. Many mail readers also skip them. */
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
