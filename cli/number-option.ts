import { InvalidArgumentError } from 'commander'

/** For commander: refuses anything but digits before the API is asked. */
export const wholeNumber = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
