import * as z from 'zod'
import type { ApiClient } from './client.ts'

const meSchema = z.looseObject({ name: z.string(), role: z.string(), deployment: z.string() })
export type SignedIn = z.infer<typeof meSchema>

/** Asks the API whose token it received. This also shows whether the token is accepted. */
export const readSignedIn = (api: ApiClient): Promise<SignedIn> => api.get('/me', meSchema)
