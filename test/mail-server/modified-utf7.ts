/**
 * Encodes mailbox names for IMAP (RFC 3501 section 5.1.3): printable ASCII unchanged, the rest as UTF-16 in base64
 * between `&` and `-`.
 */
export const encodeFolderName = (name: string): string =>
  name.replace(/&|[^\x20-\x7e]+/g, (piece) => {
    if (piece === '&') return '&-'
    const utf16 = Buffer.from(piece, 'utf16le').swap16()
    return `&${utf16.toString('base64').replaceAll('=', '').replaceAll('/', ',')}-`
  })

export const decodeFolderName = (wire: string): string =>
  wire.replace(/&([^-]*)-/g, (_, base64: string) =>
    base64 === '' ? '&' : Buffer.from(base64.replaceAll(',', '/'), 'base64').swap16().toString('utf16le'),
  )
