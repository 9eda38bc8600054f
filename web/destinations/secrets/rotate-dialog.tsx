import Alert from '@cloudscape-design/components/alert'
import { useState } from 'react'
import { ConfirmDialog } from '../../shared/feedback/confirm-dialog.tsx'
import { CopiedText } from '../../shared/words/copied-text.tsx'
import type { Destination } from '../destination.ts'
import { replaceSigningSecret } from '../queries.ts'
import { secretTexts as texts } from '../texts.ts'
import { newSigningSecret } from './signing-secret.ts'

interface RotateDialogProps {
  destination: Destination
  onDone: () => void
  onCancel: () => void
}

/** Replaces the signing secret of a webhook with a new one, which is shown only here. */
export const RotateDialog = ({ destination, ...dialog }: RotateDialogProps) => {
  const [secret] = useState(newSigningSecret)
  const isUnderWay = destination.previousSecretUntil !== undefined
  return (
    <ConfirmDialog
      {...dialog}
      title={texts.title}
      confirm={texts.save}
      disabled={isUnderWay}
      action={() => replaceSigningSecret(destination.destinationId, secret)}
    >
      {isUnderWay ? (
        <Alert type="info">{texts.underWay}</Alert>
      ) : (
        <>
          {texts.text}
          <CopiedText text={secret} label={texts.label} />
          <Alert type="info">{texts.once}</Alert>
        </>
      )}
    </ConfirmDialog>
  )
}
