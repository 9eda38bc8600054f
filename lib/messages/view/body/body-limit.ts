import { cutTo } from '../../../text/printable.ts'

/**
 * The maximum size of each form of the body, in bytes. It is more than a person reads, and the response stays far below
 * Lambda's 6 MB.
 */
export const bodyLimit = 1024 * 1024

export interface BodyText {
  readonly content: string
  /** Whether the text was shortened. The raw mail contains all of it. */
  readonly truncated: boolean
}

/** @returns the longest beginning that has at most `limit` bytes as JSON, where a control character takes six */
export const cutToJson = (text: string, limit: number): string => {
  if (jsonBytes(text) <= limit) return text
  let fits = 0
  let tooLong = text.length
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (jsonBytes(text.slice(0, middle)) <= limit) fits = middle
    else tooLong = middle
  }
  return cutTo(text, fits)
}

const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text))
