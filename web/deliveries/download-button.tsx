import Button from '@cloudscape-design/components/button'
import { useMutation } from '@tanstack/react-query'
import { downloadRawMail } from '../messages/message/download.ts'
import { useFlash } from '../shared/feedback/flash.tsx'
import { deliveryTexts as texts } from './texts.ts'

/** Saves the mail, for example to hand it over by hand. */
export const DownloadButton = ({ messageId }: { messageId: string }) => {
  const flash = useFlash()
  const downloading = useMutation({ mutationFn: () => downloadRawMail(messageId), onError: flash.problem })
  return (
    <Button iconName="download" loading={downloading.isPending} onClick={() => downloading.mutate()}>
      {texts.download}
    </Button>
  )
}
