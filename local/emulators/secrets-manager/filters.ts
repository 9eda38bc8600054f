import * as z from 'zod'
import type { Secret } from './secret.ts'

/** The characters that ListSecrets allows in the value of a filter. */
const filterValue = /^!?[\w :@/+=.!-]*$/

export const filtersSchema = z
  .array(
    z.object({
      Key: z.enum(['name', 'description', 'tag-key', 'tag-value', 'all']),
      Values: z.array(z.string().min(1).max(512).regex(filterValue)).min(1).max(10),
    }),
  )
  .max(10)

type Filters = z.infer<typeof filtersSchema>

/**
 * Returns true if every filter matches with at least one of its values. Values are prefixes. A leading `!` negates a
 * value. Only descriptions are case-insensitive.
 */
export const matchesFilters = (secret: Secret, filters: Filters): boolean =>
  filters.every(({ Key, Values }) => {
    const positive = Values.filter((value) => !value.startsWith('!'))
    const negative = Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1))
    const matches = (value: string): boolean => fields(secret, Key).some((field) => startsWith(field, value, Key))
    return (positive.length === 0 || positive.some(matches)) && !negative.some(matches)
  })

const fields = (secret: Secret, key: Filters[number]['Key']): string[] => {
  const tagKeys = Object.keys(secret.tags)
  const tagValues = Object.values(secret.tags)
  switch (key) {
    case 'name':
      return [secret.name]
    case 'description':
      return [secret.description ?? '']
    case 'tag-key':
      return tagKeys
    case 'tag-value':
      return tagValues
    case 'all':
      return [secret.name, secret.description ?? '', ...tagKeys, ...tagValues].flatMap((text) =>
        text.split(/[\s/_+=.@!-]+/),
      )
  }
}

const startsWith = (field: string, value: string, key: Filters[number]['Key']): boolean => {
  if (key === 'description' || key === 'all') return field.toLowerCase().startsWith(value.toLowerCase())
  return field.startsWith(value)
}
