import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'

interface RowActionsProps {
  /** What the row is about. It makes the names of the buttons unique for screen readers. */
  name: string
  onEdit: () => void
  onDelete: () => void
}

/** Edit and delete, at the end of a row. */
export const RowActions = ({ name, onEdit, onDelete }: RowActionsProps) => (
  <SpaceBetween direction="horizontal" size="xxs">
    <Button variant="inline-icon" iconName="edit" ariaLabel={`Edit ${name}`} onClick={onEdit} />
    <Button variant="inline-icon" iconName="remove" ariaLabel={`Delete ${name}`} onClick={onDelete} />
  </SpaceBetween>
)
