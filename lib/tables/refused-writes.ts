import { UnwritableRow } from './items.ts'

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name

/** @returns false if the condition of the write does not hold */
export const heldCondition = async (sent: () => Promise<unknown>): Promise<boolean> => {
  try {
    await written(sent)
    return true
  } catch (error) {
    if (isNamed(error, 'ConditionalCheckFailedException')) return false
    throw error
  }
}

/**
 * DynamoDB returns a ValidationException for a row that it does not accept, and other errors when the service itself
 * has a problem.
 * @throws UnwritableRow for a row that it does not accept
 */
export const written = async <T>(write: () => Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof Error) || !isNamed(error, 'ValidationException')) throw error
    throw new UnwritableRow(/item size/i.test(error.message) ? 'too-large' : 'refused', error)
  }
}
