const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** Such as "3 March 2026 at 08:10 UTC": where the reader is, nobody knows. */
export const dayAndTime = (time: number): string => `${format.format(time)} UTC`
