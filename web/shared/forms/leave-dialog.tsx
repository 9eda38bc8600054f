import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useHeldNavigation } from './unsaved-changes.ts'

/** Asks whether the changes of a form may be lost. */
export const LeaveDialog = () => {
  const decision = useHeldNavigation()
  if (!decision) return null
  return (
    <Modal
      visible
      header="Leave without saving?"
      onDismiss={decision.stay}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={decision.leave}>
              Leave
            </Button>
            <Button variant="primary" onClick={decision.stay}>
              Stay
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      Your changes on this screen are not saved. If you leave, they are lost.
    </Modal>
  )
}
