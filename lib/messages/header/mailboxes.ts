import { trimmed } from '../../text/printable.ts'
import { addressPiecesOf, unescaped } from './address-pieces.ts'

/** A mailbox as written: one character per byte, with hidden characters (see `revealed`) and nothing decoded. */
export interface Mailbox {
  readonly name: string
  /** It is empty if the mailbox has only a name. */
  readonly address: string
}

/**
 * Parses the mailboxes of an address field (RFC 5322 section 3.4), in order and including members of groups. It also
 * understands the obsolete forms of section 4.4, which allow blanks and comments around every dot and `@`, and fields
 * with common mistakes such as a missing bracket or comma. An address never comes from a name before or after brackets,
 * from the name of a group, or from a comment.
 * @param value one character per byte (latin1), of any length
 * @param options.words whether a word in an entry without brackets can be an address. Otherwise, only the whole entry
 * can be one.
 */
export const mailboxesIn = (value: string, options: { readonly words: boolean }): Mailbox[] => {
  const list = new MailboxList(options.words)
  for (const piece of addressPiecesOf(value)) {
    if (piece === '<') list.open()
    else if (piece === '>') list.close()
    else if (!separators.has(piece) || list.isRoute(piece)) list.add(piece)
    else if (piece === ':') list.endGroupName()
    else list.endEntry(piece)
  }
  list.endEntry()
  return list.mailboxes
}

const separators = new Set([',', ';', ':'])

class MailboxList {
  readonly mailboxes: Mailbox[] = []
  readonly #words: boolean
  /** The text since the last separator or closing bracket, without comments. */
  #text = ''
  #comments: string[] = []
  /** The text in open brackets. */
  #bracket: string | undefined
  /** Whether the open brackets begin with a route, in which commas do not separate. */
  #hasRoute = false
  /** Whether the entry has a mailbox in brackets. */
  #hasMailbox = false
  /** Whether the previous entry is only a name and ends with a comma. */
  #continuesName = false

  constructor(words: boolean) {
    this.#words = words
  }

  /** An opening bracket within brackets discards what they contain so far. */
  open(): void {
    this.#bracket = ''
    this.#hasRoute = false
  }

  close(): void {
    if (this.#bracket === undefined) {
      this.add(' ')
      return
    }
    // Some programs do not quote the comma in `Doe, Jane <jane@a.example>`.
    const surname = this.#continuesName ? this.mailboxes.pop()?.name : undefined
    const name = [surname, this.#takeName()].filter(Boolean).join(', ')
    this.mailboxes.push({ name, address: addressInBrackets(this.#bracket) })
    this.#bracket = undefined
    this.#hasMailbox = true
    this.#continuesName = false
  }

  /** Whether a separator belongs to the brackets, as in `<@a.example,@b.example:c@d.example>` and `<mailto:a@b.example>`. */
  isRoute(separator: string): boolean {
    return this.#bracket !== undefined && (separator === ':' || (separator === ',' && this.#hasRoute))
  }

  add(piece: string): void {
    const isComment = piece.startsWith('(')
    if (isComment) this.#comments.push(withoutBlanks(unescaped(piece.slice(1, -1))))
    const text = isComment ? ' ' : piece
    if (this.#bracket === undefined) this.#text += text
    else if (this.#bracket !== '') this.#bracket += text
    else {
      this.#bracket = text.replace(/^ +/, '')
      this.#hasRoute = this.#bracket.startsWith('@')
    }
  }

  endGroupName(): void {
    if (this.#hasMailbox) this.endEntry()
    this.#text = ''
    this.#comments = []
    this.#continuesName = false
  }

  endEntry(separator?: string): void {
    if (this.#bracket !== undefined) this.close()
    if (this.#hasMailbox) {
      // A name after the brackets counts if there is none before them.
      const name = this.#takeName()
      const last = this.mailboxes.pop()
      if (last) this.mailboxes.push({ ...last, name: last.name || name })
    } else this.mailboxes.push(...this.#withoutBrackets())
    this.#continuesName = separator === ',' && !this.#hasMailbox && this.mailboxes.at(-1)?.address === ''
    this.#hasMailbox = false
  }

  #withoutBrackets(): Mailbox[] {
    const whole = withoutBlanks(joined(this.#text))
    if (isAddress(whole)) {
      this.#text = ''
      return [{ name: this.#takeName(), address: whole }]
    }
    if (whole === '') this.#comments = []
    const words = this.#words ? this.#text.split(' ') : []
    const addresses = words.filter(isAddress)
    if (addresses.length > 0) this.#text = words.filter((word) => !isAddress(word)).join(' ')
    const name = this.#takeName()
    if (addresses.length === 0) return name === '' ? [] : [{ name, address: '' }]
    return addresses.map((address) => ({ name: addresses.length === 1 ? name : '', address }))
  }

  /** @returns the text as a name, or the comments if there is no text */
  #takeName(): string {
    const name = withoutBlanks(this.#text) || this.#comments.join(' ')
    this.#text = ''
    this.#comments = []
    return name
  }
}

/** What is before the last colon is a route or a scheme such as `mailto`. */
const addressInBrackets = (bracket: string): string => {
  const written = withoutBlanks(joined(bracket.slice(bracket.lastIndexOf(':') + 1)))
  return written.split(' ').find(isAddress) ?? written
}

/** Removes the blanks around dots and `@`. */
const joined = (text: string): string => text.replace(/ +/g, ' ').replace(/ ?([.@]) ?/g, '$1')

/** `trim` would also remove the byte 0xA0, which can be part of a character. */
const withoutBlanks = (text: string): string => trimmed(text, / /)

const isAddress = (word: string): boolean => /^[^ @]+@[^ @]+$/.test(word)
