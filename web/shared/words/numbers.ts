const plain = new Intl.NumberFormat()
const units = ['bytes', 'KB', 'MB', 'GB'] as const

export const number = (value: number): string => plain.format(value)

/** @returns text such as "1 message" or "1,240 messages" @param plural the plural if it is not formed with an s */
export const counted = (value: number, singular: string, plural = `${singular}s`): string =>
  `${number(value)} ${value === 1 ? singular : plural}`

/** @returns text such as "14 KB" */
export const size = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 10 ? number(Math.round(value)) : value.toFixed(1)} ${units[power]}`
}
