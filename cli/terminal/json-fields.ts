import { type Command, InvalidArgumentError } from 'commander'
import * as z from 'zod'
import type { CommandOutput } from './cli-error.ts'
import { jsonText } from './text.ts'

/** The value of `--json`: all fields, or the ones to print. */
export type JsonFields = true | readonly string[]

/**
 * Adds `--json [fields]`.
 * @param schema of the response; its fields can be chosen
 * @param more fields that the command adds to the response
 */
export const withJson = (command: Command, schema: z.ZodType, more: readonly string[] = []): Command => {
  const known = [...new Set([...fieldsOf(schema), ...more])].sort()
  return command.option(
    '--json [fields]',
    'print JSON, for scripts: all fields, or only these, separated by commas',
    (value: string): string[] => {
      const fields = value.split(',').map((field) => field.trim())
      const unknown = fields.filter((field) => !known.includes(field))
      if (unknown.length === 0) return fields
      throw new InvalidArgumentError(
        `There is no field ${unknown.map((field) => `\`${field}\``).join(', ')}. Fields: ${known.join(', ')}.`,
      )
    },
  )
}

/** Prints an object, or each object of a list, with the chosen fields. A field without a value is `null`. */
export const printJson = ({ data }: Pick<CommandOutput, 'data'>, value: object, fields: JsonFields): void =>
  data(jsonText(fields === true ? value : Array.isArray(value) ? value.map(only(fields)) : only(fields)(value)))

const only =
  (fields: readonly string[]) =>
  (value: object): Record<string, unknown> => {
    const members = new Map<string, unknown>(Object.entries(value))
    return Object.fromEntries(fields.map((field) => [field, members.get(field) ?? null]))
  }

const fieldsOf = (schema: unknown): string[] => {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(fieldsOf)
  return []
}
