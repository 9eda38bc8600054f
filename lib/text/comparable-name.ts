/** Characters without a shape: zero-width ones, marks of direction and of annotation, fillers, variation selectors, tags. */
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/** Text without what the eye cannot tell apart: invisible characters, and other forms of a letter (full-width, ligatures, mathematical ones). */
export const comparableIdentity = (text: string): string =>
  text.normalize('NFKC').replace(invisible, '').normalize('NFKC').trim()

/** Two names are one name if they look alike when case is ignored. Letters of different scripts stay different. */
export const comparableName = (name: string): string => comparableIdentity(comparableIdentity(name).toLowerCase())

/** How versions before this one compared names. Their claims of names with invisible characters or other forms have such keys. */
export const formerComparableName = (name: string): string => name.trim().normalize('NFC').toLowerCase()
