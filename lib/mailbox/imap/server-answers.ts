import * as z from 'zod'

export const selectedSchema = z.object({
  exists: z.int().min(0),
  /** Undefined if the server sends none, or 0: its UIDs are valid for this session only. */
  uidValidity: z.bigint().positive().optional().catch(undefined),
  readOnly: z.boolean().default(false),
  permanentFlags: z.set(z.string()).optional(),
})
export type SelectedFolder = z.infer<typeof selectedSchema>

/** One FETCH row. Any property may be missing: servers send rows of other messages, or without a body or UID. */
export const rowSchema = z.object({
  seq: z.int().positive().optional().catch(undefined),
  uid: z.int().positive().optional().catch(undefined),
  size: z.int().min(0).optional().catch(undefined),
  flags: z.set(z.string()).optional().catch(undefined),
  internalDate: z.date().optional().catch(undefined),
  source: z.instanceof(Buffer).optional().catch(undefined),
  /** Where a piece starts, by section name. */
  partialOrigins: z.map(z.string(), z.number()).optional().catch(undefined),
})
export type FetchedRow = z.infer<typeof rowSchema>

export const folderStatusSchema = z.object({ messages: z.int().min(0).optional() })

export const listedFoldersSchema = z.array(
  z.object({
    path: z.string(),
    flags: z.set(z.string()),
    /** From RFC 6154, or inferred from the name. */
    specialUse: z.string().optional(),
    status: folderStatusSchema.optional().catch(undefined),
  }),
)
export type ListedFolder = z.infer<typeof listedFoldersSchema>[number]

export const isInbox = (folder: string): boolean => /^inbox$/i.test(folder)

/**
 * INBOX in any letter case, and names with and without the personal namespace's prefix, refer to the same folder (RFC
 * 9051 section 5.1, RFC 2342).
 */
export const sameFolder = (first: string, second: string, prefix = ''): boolean => {
  const bare = (name: string) => (isInbox(name) ? 'INBOX' : name.slice(name.startsWith(prefix) ? prefix.length : 0))
  return bare(first) === bare(second)
}
