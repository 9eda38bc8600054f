/** What JSON leaves as it is and a terminal may obey: DEL, C1 controls (U+009B begins escape sequences), marks that turn text around. */
const obeyed = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

export const isObeyed = (text: string): boolean => obeyed.test(text)

/** For text that is JSON, or has such characters in double quotes only. */
export const escapeObeyed = (text: string): string =>
  text.replace(new RegExp(obeyed, 'g'), (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** For `--json`: the same value to every reader of JSON, and harmless on a screen. */
export const jsonText = (value: unknown): string => escapeObeyed(JSON.stringify(value, null, 2))
