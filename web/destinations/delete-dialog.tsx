import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { type Destination, deliveriesPath } from './destination.ts'
import { deleteDestination } from './queries.ts'
import { deleteTexts as texts } from './texts.ts'

interface DeleteDialogProps {
  destination: Destination
  onDone: () => void
  onCancel: () => void
}

/** Asks before a destination is deleted. The API refuses that while deliveries are open, so their lists are linked. */
export const DeleteDialog = ({ destination, ...dialog }: DeleteDialogProps) => {
  const { destinationId, name, status } = destination
  const isInUse = (status.figures?.open ?? 0) + (status.figures?.quarantined ?? 0) > 0
  return (
    <ConfirmDialog
      {...dialog}
      title={texts.title(name)}
      confirm={texts.confirm}
      action={() => deleteDestination(destinationId)}
    >
      <Box variant="p">{texts.text}</Box>
      <Box variant="p">{texts.stays}</Box>
      {isInUse && (
        <Box variant="p">
          {texts.inUse}{' '}
          <SpaceBetween direction="horizontal" size="s">
            <PageLink to={deliveriesPath(destinationId, 'open')}>{texts.open}</PageLink>
            <PageLink to={deliveriesPath(destinationId, 'quarantined')}>{texts.quarantined}</PageLink>
          </SpaceBetween>
        </Box>
      )}
    </ConfirmDialog>
  )
}
