import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../../api/me.ts'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { messageTexts } from '../texts.ts'
import { downloadRawMail } from './download.ts'
import { EraseDialog } from './erase-dialog.tsx'
import { ReplayDialog } from './replay-dialog.tsx'

/** What a person can do with a message that is not erased. */
export const MessageActions = ({ messageId }: { messageId: string }) => {
  const [dialog, setDialog] = useState<'replay' | 'erase'>()
  const canChange = useCanChange()
  const flash = useFlash()
  const download = useMutation({ mutationFn: () => downloadRawMail(messageId), onError: flash.problem })
  const close = () => setDialog(undefined)
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="download" loading={download.isPending} onClick={() => download.mutate()}>
        {messageTexts.download}
      </Button>
      {canChange && <Button onClick={() => setDialog('replay')}>{messageTexts.replay}</Button>}
      {canChange && <Button onClick={() => setDialog('erase')}>{messageTexts.erase}</Button>}
      {dialog === 'replay' && <ReplayDialog messageId={messageId} onClose={close} />}
      {dialog === 'erase' && <EraseDialog messageId={messageId} onClose={close} />}
    </SpaceBetween>
  )
}
