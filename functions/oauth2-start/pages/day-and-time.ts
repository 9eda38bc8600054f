const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** For example "3 March 2026 at 08:10 UTC". UTC, because the reader's time zone is unknown. */
export const dayAndTime = (time: number): string => `${format.format(time)} UTC`
