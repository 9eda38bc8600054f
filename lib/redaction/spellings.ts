/** A secret that a foreign text must not show. */
export interface Secret {
  readonly text: string
  /** The user name or client id it is sent with. It is not hidden itself. */
  readonly user?: string | undefined
}

/** The forms in which a secret can appear after escapes are decoded, in lower case. */
export interface Spellings {
  readonly plain: readonly string[]
  /** Base64 spellings. The characters around a match belong to the same encoded text. */
  readonly encoded: readonly string[]
}

/** In bytes. Any two hexadecimal digits occur in almost every text. */
const shortestHex = 2
/** In letters. A shorter piece from the middle of base64 occurs in every longer base64 text. */
const shortestPiece = 5

export const spellingsOf = ({ text, user }: Secret): Spellings => {
  // UTF-8 cannot represent unpaired surrogates, so encoders replace them.
  const secret = text.toWellFormed()
  if (secret === '') return { plain: [], encoded: [] }
  const bytes = [Buffer.from(secret), Buffer.from(secret, 'latin1')]
  const plain = [text, ...characters(secret), ...bytes.flatMap(hexadecimal)]
  const blobs = [secret, ...sentTogether(secret, user)].flatMap((blob) => [
    Buffer.from(blob),
    Buffer.from(blob, 'latin1'),
  ])
  const inside = [...bytes, ...[encodeURIComponent(secret), formEncoded(secret)].map((one) => Buffer.from(one))]
  const encoded = [...inside.flatMap(insideBase64), ...blobs.flatMap(atEndOfBase64)].flatMap(bothAlphabets)
  return { plain: folded(plain), encoded: folded(encoded) }
}

/** Other forms into which programs convert the secret without escaping it. */
const characters = (secret: string): string[] => [
  secret.normalize('NFC'),
  secret.normalize('NFD'),
  // German sharp s becomes two letters.
  secret.toUpperCase(),
  // UTF-8 read as Latin-1 or Windows-1252, Latin-1 read as UTF-8, and either of them reduced to ASCII.
  Buffer.from(secret).toString('latin1'),
  new TextDecoder('windows-1252').decode(Buffer.from(secret)),
  Buffer.from(secret, 'latin1').toString('utf8'),
  secret.replace(/[^\0-\x7f]/gu, '?'),
  // Many servers trim their input.
  secret.trim(),
]

const hexadecimal = (bytes: Buffer): string[] => (bytes.length < shortestHex ? [] : [bytes.toString('hex')])

/** The texts that a client encodes as a whole. Each ends with the secret. */
const sentTogether = (secret: string, user: string | undefined): string[] =>
  user === undefined
    ? []
    : [
        // SASL PLAIN (RFC 4616); an authorization identity may precede it.
        `\0${user.toWellFormed()}\0${secret}`,
        // HTTP Basic (RFC 7617), and its variant in OAuth 2.0 (RFC 6749 section 2.3.1).
        `${user.toWellFormed()}:${secret}`,
        `${encodeURIComponent(user.toWellFormed())}:${encodeURIComponent(secret)}`,
        `${formEncoded(user)}:${formEncoded(secret)}`,
      ]

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

/**
 * The three forms of bytes inside the base64 of a longer text, depending on their position within a group of three.
 * Letters that they share with neighbouring bytes are omitted.
 */
const insideBase64 = (bytes: Buffer): string[] =>
  [0, 1, 2]
    .map((before) =>
      base64Behind(before, bytes).slice(0, Math.floor(((before + bytes.length) * 8) / 6) - shared(before)),
    )
    .filter(({ length }) => length >= shortestPiece)

/** The same at the end of the text: the last group may be incomplete. The search handles the padding. */
const atEndOfBase64 = (bytes: Buffer): string[] => [0, 1, 2].map((before) => base64Behind(before, bytes))

const base64Behind = (before: number, bytes: Buffer): string =>
  Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/={1,2}$/, '')
    .slice(shared(before))

const shared = (before: number): number => (before === 0 ? 0 : before + 1)

/** The alphabets of RFC 4648 sections 4 and 5. */
const bothAlphabets = (base64: string): string[] => [base64, base64.replaceAll('+', '-').replaceAll('/', '_')]

const folded = (spellings: readonly string[]): string[] =>
  [...new Set(spellings.map(foldCase))].filter((spelling) => spelling !== '')

const ascii = /^[\0-\x7f]*$/

/** Converts to lower case, unit by unit, so that the result has the same length as the text in any script. */
export const foldCase = (text: string): string =>
  ascii.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]|[^\0-\x7f]/g, (unit) => {
        const lower = unit.toLowerCase()
        return lower.length === 1 ? lower : unit
      })
