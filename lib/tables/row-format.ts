import * as z from 'zod'
import { ProblemError } from '../reasons/problem.ts'
import type { Expression, Row } from './items.ts'

/**
 * The format of the rows that this version writes. A version keeps the attributes that it does not know, so a new
 * attribute does not need a new format. Increase it only if an earlier version would misunderstand the rows, for example
 * because an attribute has another meaning (docs/decisions/0041).
 */
export const rowFormat = 1

/** The attribute with the format. A row without it was written before there were formats, and has format 1. */
const formatName = 'format'

const formatOf = (row: Row): number => {
  const format = row[formatName]
  return typeof format === 'number' ? format : 1
}

/** Adds the format to a row that is about to be written. */
export const withFormat = (row: Row): Row => ({ ...row, [formatName]: rowFormat })

/** Lets an update add the format if the row has none, for example because the update creates the row. */
export const updateWithFormat = ({ text, values }: Expression): Expression => {
  const assignment = `#${formatName} = if_not_exists(#${formatName}, :rowFormat)`
  return {
    text: /\bSET /.test(text) ? text.replace(/\bSET /, `SET ${assignment}, `) : `SET ${assignment} ${text}`,
    values: { ...values, rowFormat },
  }
}

/**
 * Returns the row without its format, and only the key of a row in a newer format: no schema accepts such a row,
 * so that nothing misunderstands it, but a sweep that asks whether the row exists still finds it.
 */
export const understood = (row: Row, keyNames: readonly string[]): Row => {
  const { [formatName]: _, ...content } = row
  if (formatOf(row) <= rowFormat) return content
  return Object.fromEntries(keyNames.map((name) => [name, row[name]]))
}

/** @throws ProblemError `row-too-new` if a newer version wrote the row in a format that this version cannot read */
export const refuseNewer = (row: Row): void => {
  const format = formatOf(row)
  if (format > rowFormat)
    throw new ProblemError(
      'row-too-new',
      `The row has format ${format}, and this version of Postmaster reads formats up to ${rowFormat}.`,
    )
}

/** The names of all attributes that the rows of a schema can have, in all its variants. */
export const attributesOf = (schema: z.ZodType): string[] => {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((one) => attributesOf(one as z.ZodType)))]
  if (schema instanceof z.ZodPipe) return attributesOf(schema.in as z.ZodType)
  throw new Error('The attributes of a row need a schema of objects')
}

/**
 * The update that makes a row equal to `row`, except for attributes that this version does not know. A newer version may
 * have added these, and a PutItem would lose them.
 * @param known the attributes that this version writes. Those that `row` lacks are removed.
 */
export const replacement = (row: Row, known: Iterable<string>, keyNames: readonly string[]): Expression => {
  const isKey = (name: string) => keyNames.includes(name)
  const present = Object.keys(row).filter((name) => row[name] !== undefined && !isKey(name))
  const absent = [...new Set(known)].filter((name) => row[name] === undefined && !isKey(name))
  // The condition of the write may have values with the names of attributes.
  const valueName = (name: string) => `row_${name}`
  const set = [...present, formatName].map((name) => `#${name} = :${valueName(name)}`)
  return {
    text: `SET ${set.join(', ')}${absent.length > 0 ? ` REMOVE ${absent.map((name) => `#${name}`).join(', ')}` : ''}`,
    values: {
      ...Object.fromEntries(present.map((name) => [valueName(name), row[name]])),
      [valueName(formatName)]: rowFormat,
    },
  }
}
