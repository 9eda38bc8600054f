/** What JSON leaves as it is and a terminal may obey: DEL, C1 controls (U+009B begins escape sequences), marks that turn text around. */
const obeyed = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** For `--json`: the same value to every reader of JSON, and harmless on a screen. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(obeyed, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
