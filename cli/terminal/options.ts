import { InvalidArgumentError } from 'commander'

/** Parses an option for commander before any request is sent. @throws InvalidArgumentError for anything but digits */
export const wholeNumber = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
