import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import { When } from '../words/times.tsx'
import type { Change } from './versioned-edit.ts'

export interface ComparedField {
  readonly label: string
  readonly theirs: string
  readonly mine: string
}

interface ConflictAlertProps {
  theirs: Change
  /** The fields of the form. Fields with equal values are left out. */
  fields: readonly ComparedField[]
}

/** Shows another person's change beside one's own. */
export const ConflictAlert = ({ theirs: { changedBy, changedAt }, fields }: ConflictAlertProps) => (
  <Alert type="warning" header={`${changedBy} has changed this in the meantime`}>
    <Box variant="p">
      The change was saved <When at={changedAt} />. Your input is still here. Save again to replace the other change, or
      cancel to keep it.
    </Box>
    {fields
      .filter(({ theirs, mine }) => theirs !== mine)
      .map(({ label, theirs, mine }) => (
        <Box key={label} variant="p">
          <b>{label}</b>: their value is {theirs}, and your value is {mine}.
        </Box>
      ))}
  </Alert>
)
