/**
 * Invisible characters: zero-width characters, direction and annotation marks, fillers, variation selectors and tags.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/**
 * @returns the text without invisible characters and with one form of each letter (no full-width letters, ligatures or
 * mathematical letters)
 */
export const comparableIdentity = (text: string): string =>
  text.normalize('NFKC').replace(invisible, '').normalize('NFKC').trim()

/** Two names are equal if they look the same, ignoring case. Letters of different scripts remain different. */
export const comparableName = (name: string): string => comparableIdentity(comparableIdentity(name).toLowerCase())

/**
 * The comparison that earlier versions used. Their claims of names with invisible characters or other letter forms have
 * keys of this form.
 */
export const formerComparableName = (name: string): string => name.trim().normalize('NFC').toLowerCase()
