import { type ApiProblem, asProblem } from '../../api/problems.ts'

/** The messages of a problem, at the fields they belong to. */
export interface FieldErrors {
  /** @returns what is wrong with this field or with a part of it @param pointer a JSON pointer into the body */
  readonly at: (pointer: string) => string | undefined
  /** What belongs to no field of the form, as a problem for an alert above the buttons. */
  readonly rest: ApiProblem | undefined
}

/** @param pointers the JSON pointers of the form's fields */
export const fieldErrors = (thrown: unknown, pointers: readonly string[]): FieldErrors => {
  if (thrown === null || thrown === undefined) return { at: () => undefined, rest: undefined }
  const problem = asProblem(thrown)
  const isAt = (pointer: string, path: string): boolean => path === pointer || path.startsWith(`${pointer}/`)
  const shown = problem.fields.filter(({ path }) => pointers.some((pointer) => isAt(pointer, path)))
  return {
    at: (pointer) => {
      const messages = shown.filter(({ path }) => isAt(pointer, path)).map(({ message }) => sentence(message))
      return messages.length === 0 ? undefined : messages.join(' ')
    },
    rest: problem.fields.length > 0 && shown.length === problem.fields.length ? undefined : problem,
  }
}

/** The API's messages continue the name of the field, such as "must be a whole number". */
const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
