/**
 * INBOX in any letter case, and names with and without the personal namespace's prefix, refer to the same folder (RFC
 * 9051 section 5.1, RFC 2342).
 */
export const sameFolder = (first: string, second: string, prefix = ''): boolean => {
  const bare = (name: string) =>
    /^inbox$/i.test(name) ? 'INBOX' : name.slice(name.startsWith(prefix) ? prefix.length : 0)
  return bare(first) === bare(second)
}
