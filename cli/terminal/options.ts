import { InvalidArgumentError, Option } from 'commander'
import { validities } from '../../lib/accounts/account.ts'

/** Parses an option for commander before any request is sent. @throws InvalidArgumentError for anything but digits */
export const wholeNumber = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** The option for one of the three validities that accounts, queues and system addresses have. */
export const validityOption = (description: string): Option =>
  new Option('--validity <value>', description).choices(validities)
