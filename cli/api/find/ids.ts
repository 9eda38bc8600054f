import { CliError, exitCodes } from '../../terminal/cli-error.ts'

/** @returns whether the text is a full id, which the API gives to accounts, destinations, requested runs and others */
export const isUlid = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)

/** @returns whether the text is a full id of a message */
export const isMessageId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/** @returns whether the text can be a part of an id of a message */
export const isPartOfMessageId = (text: string): boolean => /^[0-9a-f…]*$/i.test(text)

/** Lists that have no names are searched only this far. At 100 entries per request, this takes a few seconds. */
const mostExamined = 2000

/** @returns the items whose id has this part, among the newest; stops at the first one if it is certainly the only one */
export const newestMatching = async <T>(
  items: AsyncIterable<T>,
  matches: (item: T) => boolean,
  isCertain: boolean,
): Promise<T[]> => {
  const found: T[] = []
  let examined = 0
  for await (const item of items) {
    if (examined === mostExamined) break
    examined += 1
    if (matches(item)) found.push(item)
    if (found.length > 0 && isCertain) break
  }
  return found
}

/** @throws CliError always */
export const notAmongNewest = (what: string, text: string, remedy: string): never => {
  throw new CliError(`No ${what} whose id matches \`${text}\` was found. ${remedy}`, exitCodes.usage)
}
