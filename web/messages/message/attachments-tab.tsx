import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useMutation } from '@tanstack/react-query'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { useIsNarrow } from '../../shared/narrow.ts'
import { size } from '../../shared/words/numbers.ts'
import { attachmentTexts } from '../texts.ts'
import type { Attachment } from '../types.ts'
import { downloadAttachment } from './download.ts'

interface AttachmentsTabProps {
  messageId: string
  attachments: readonly Attachment[]
  /** Shows an attached message. */
  onOpen: (index: string) => void
}

export const AttachmentsTab = ({ messageId, attachments, onOpen }: AttachmentsTabProps) => {
  const isNarrow = useIsNarrow()
  return (
    <Table
      variant="embedded"
      items={attachments}
      trackBy="index"
      wrapLines
      ariaLabels={{ tableLabel: attachmentTexts.title }}
      columnDefinitions={[
        {
          id: 'name',
          header: attachmentTexts.name,
          isRowHeader: true,
          cell: ({ name, inline }) => (
            <>
              <span className="wrapped">{name}</span>
              {inline && <Box color="text-body-secondary">{attachmentTexts.inline}</Box>}
            </>
          ),
        },
        ...(isNarrow
          ? []
          : [{ id: 'type', header: attachmentTexts.type, cell: ({ contentType }: Attachment) => contentType }]),
        { id: 'size', header: attachmentTexts.size, cell: ({ size: bytes }) => size(bytes), minWidth: 90 },
        {
          id: 'actions',
          header: attachmentTexts.actions,
          cell: ({ index, name, isMessage }) => (
            <SpaceBetween direction="horizontal" size="xs">
              {isMessage && (
                <Button variant="inline-link" ariaLabel={attachmentTexts.openNamed(name)} onClick={() => onOpen(index)}>
                  {attachmentTexts.open}
                </Button>
              )}
              <DownloadButton messageId={messageId} index={index} name={name} />
            </SpaceBetween>
          ),
        },
      ]}
      empty={<Box variant="p">{attachmentTexts.none}</Box>}
    />
  )
}

const DownloadButton = ({ messageId, index, name }: { messageId: string; index: string; name: string }) => {
  const flash = useFlash()
  const download = useMutation({ mutationFn: () => downloadAttachment(messageId, index), onError: flash.problem })
  return (
    <Button
      variant="inline-link"
      ariaLabel={attachmentTexts.downloadNamed(name)}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      {attachmentTexts.download}
    </Button>
  )
}
