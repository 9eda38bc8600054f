import type { Candidate } from './candidate.ts'
import { limits } from './limits.ts'

/** @returns a chunk's maximum size at the current pace, so that none takes longer than a minute on a slow connection */
export const chunkBytesAt = (bytes: number, milliseconds: number): number =>
  bytes === 0 || milliseconds === 0
    ? limits.chunkBytes
    : Math.min(limits.chunkBytes, Math.max(1, Math.floor((bytes / milliseconds) * limits.chunkTime)))

/** Takes the next chunk from the front. It contains at least one message, and a suspect is always alone. */
export const nextChunk = (candidates: readonly Candidate[], chunkBytes: number): readonly Candidate[] => {
  let bytes = 0
  let length = 0
  for (const { message, suspect } of candidates) {
    if (length > 0 && (suspect || bytes + message.size > chunkBytes)) break
    bytes += message.size
    length += 1
    if (suspect || length === limits.chunkMessages) break
  }
  return candidates.slice(0, length)
}
