import * as z from 'zod'
import { bookkeepingFields } from '../../requests/documented-fields.ts'
import type { Row } from '../../tables/table.ts'
import { comparableName } from '../../text/comparable-name.ts'
import { providerKey } from '../oauth2-rows.ts'
import { shippedSettings } from './built-in-providers.ts'
import { type Provider, providerSchema } from './provider.ts'

/**
 * A built-in provider that was changed and then reset to the defaults of the running version of Postmaster. The row
 * stays because of its version: if versions started again at 1, an old ETag could match again.
 */
const resetSchema = z.object({
  providerId: z.string(),
  asShipped: z.literal(true),
  version: z.int().min(1),
  ...bookkeepingFields,
})

/** Only custom providers are in the index by kind. The built-in providers are known. */
export const providerRowOf = (provider: Provider): Row => ({
  ...provider,
  key: providerKey(provider.providerId),
  ...(provider.kind === 'custom' && { listingKey: comparableName(provider.name) }),
})

export const resetRowOf = ({
  providerId,
  version,
  createdAt,
  createdBy,
  createdBySub,
  changedAt,
  changedBy,
  changedBySub,
}: Omit<z.output<typeof resetSchema>, 'asShipped'>): Row => ({
  key: providerKey(providerId),
  providerId,
  asShipped: true,
  version,
  createdAt,
  createdBy,
  createdBySub,
  changedAt,
  changedBy,
  changedBySub,
})

const shippedSchema = resetSchema.transform(({ asShipped: _, ...row }, context): Provider => {
  const settings = shippedSettings(row.providerId)
  if (settings) return { ...settings, ...row }
  context.issues.push({ code: 'custom', message: 'is not a built-in provider', input: row })
  return z.NEVER
})

/** @see readableRows */
export const providerRowSchema: z.ZodType<Provider> = z.union([shippedSchema, providerSchema])
