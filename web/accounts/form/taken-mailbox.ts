/** The API names the account that collects the mailbox by its id, a ULID. */
const ulid = /\b[0-9A-HJKMNP-TV-Z]{26}\b/

/** @returns the id of the account that a text of the API is about, if it names one */
export const accountIdIn = (text: string): string | undefined => ulid.exec(text)?.[0]
