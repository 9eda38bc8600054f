import Box from '@cloudscape-design/components/box'
import { useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '../../api/client.ts'
import { ConfirmDialog } from '../../shared/feedback/confirm-dialog.tsx'
import { explanationQuery, messageQuery } from '../queries.ts'
import { eraseTexts } from '../texts.ts'

/** Asks before the content of a message is erased for ever, and says what is removed and what stays. */
export const EraseDialog = ({ messageId, onClose }: { messageId: string; onClose: () => void }) => {
  const queries = useQueryClient()
  const { queryKey } = messageQuery(messageId)
  const erase = async () => {
    const left = await bodyOf(api.POST('/messages/{messageId}/erase', { params: { path: { messageId } } }))
    // The screen must stop showing the content before anything is loaded again.
    queries.setQueryData(queryKey, left)
  }
  const close = () => {
    // After a refusal as well, because a message can be erased although an attempt to hand it over has just begun.
    for (const changed of [queryKey, explanationQuery(messageId).queryKey])
      void queries.invalidateQueries({ queryKey: changed, exact: true })
    void queries.invalidateQueries({ queryKey: ['messages', 'list'] })
    onClose()
  }
  return (
    <ConfirmDialog
      title={eraseTexts.title}
      confirm={eraseTexts.confirm}
      action={erase}
      success={eraseTexts.done}
      onDone={() => {
        for (const content of ['text', 'html']) queries.removeQueries({ queryKey: [...queryKey, content] })
        close()
      }}
      onCancel={close}
    >
      <Box variant="p" fontWeight="bold">
        {eraseTexts.forEver}
      </Box>
      <Items intro={eraseTexts.removed} items={eraseTexts.removedItems} />
      <Items intro={eraseTexts.stays} items={eraseTexts.stayingItems} />
    </ConfirmDialog>
  )
}

const Items = ({ intro, items }: { intro: string; items: readonly string[] }) => (
  <div>
    {intro}
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  </div>
)
