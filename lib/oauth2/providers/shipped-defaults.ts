import * as z from 'zod'
import { shippedSettings } from './built-in-providers.ts'

const document = z.record(z.string(), z.unknown())

/** Fields whose members have their own defaults. `authorizationParameters` is replaced as a whole. */
const nested = ['scopes', 'hosts'] as const

/** Adds the shipped defaults to a built-in provider in a request. Other providers are returned unchanged. */
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
