import type { FieldErrors } from '../../shared/forms/field-errors.ts'
import type { Draft, Pointer } from './draft.ts'

/** What every group of fields needs. */
export interface FieldsProps {
  readonly draft: Draft
  readonly change: (fields: Partial<Draft>) => void
  readonly errorAt: (pointer: Pointer) => string | undefined
  /** Whether a destination is added, not edited. */
  readonly isNew: boolean
}

export const errorAtOf =
  (errors: FieldErrors) =>
  (pointer: Pointer): string | undefined =>
    errors.at(pointer)
