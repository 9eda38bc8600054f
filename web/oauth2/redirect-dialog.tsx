import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { CopyButton } from '../shared/words/copy-button.tsx'
import type { Profile } from './queries.ts'
import { texts } from './texts.ts'

/** The address to register with the provider. It follows the creation of a profile, because consents fail without it. */
export const RedirectDialog = ({ profile, onClose }: { profile: Profile; onClose: () => void }) => (
  <Modal
    visible
    header={texts.profiles.register}
    onDismiss={onClose}
    footer={
      <Box float="right">
        <Button variant="primary" onClick={onClose}>
          {texts.profiles.close}
        </Button>
      </Box>
    }
  >
    <SpaceBetween size="s">
      <Box>{texts.profiles.redirectHelp}</Box>
      <CopyButton inline text={profile.redirectUri} ariaLabel={`Copy ${texts.profiles.redirectUri}`} />
    </SpaceBetween>
  </Modal>
)
