/** @returns whether the operating system reported one of these error codes */
export const isSystemError = (error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)

/** Whether the disk is full or no longer writable. */
export const isUnwritable = (error: unknown): error is NodeJS.ErrnoException =>
  isSystemError(error, 'ENOSPC', 'EDQUOT', 'EIO', 'EROFS')
