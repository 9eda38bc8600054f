import * as z from 'zod'
import { shippedSettings } from './built-in-providers.ts'

const document = z.record(z.string(), z.unknown())

/** Members of these have defaults of their own; `authorizationParameters` is a whole: what is not in it is not sent. */
const nested = ['scopes', 'hosts'] as const

/** A built-in provider as somebody sent it, with what he left out as Postmaster ships it. Others come back as they are. */
export const withShippedDefaults = (providerId: string, raw: unknown): unknown => {
  const shipped = shippedSettings(providerId)
  const sent = document.safeParse(raw)
  if (!shipped || !sent.success) return raw
  const { kind: _, ...defaults } = shipped
  const whole: Record<string, unknown> = { ...defaults, ...sent.data }
  for (const field of nested) {
    const part = document.safeParse(whole[field])
    if (part.success) whole[field] = { ...defaults[field], ...part.data }
  }
  return whole
}
