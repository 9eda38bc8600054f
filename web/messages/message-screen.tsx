import Button from '@cloudscape-design/components/button'
import Grid from '@cloudscape-design/components/grid'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'wouter'
import { useCanChange } from '../api/me.ts'
import { asProblem } from '../api/problems.ts'
import { useFlash } from '../shared/feedback/flash.tsx'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import { ContentsPanel } from './message/contents-panel.tsx'
import { downloadRawMail } from './message/download.ts'
import { ExplanationPanel } from './message/explanation-panel.tsx'
import { FactsPanel } from './message/facts-panel.tsx'
import { ReplayDialog } from './message/replay-dialog.tsx'
import { messageQuery } from './queries.ts'
import { listTexts, messageTexts, noSubject } from './texts.ts'
import type { Message } from './types.ts'

const parents = [{ text: listTexts.title, to: '/messages' }]

const MessageScreen = () => {
  const { messageId = '' } = useParams<{ messageId: string }>()
  const message = useQuery(messageQuery(messageId))
  // Runs also mention messages that they did not store. Their explanation says why.
  if (message.isError && asProblem(message.error).code === 'not-found')
    return (
      <Screen title={messageTexts.notStored} parents={parents}>
        <ExplanationPanel messageId={messageId} />
      </Screen>
    )
  return (
    <Screen
      title={message.data ? message.data.header?.subject || noSubject : messageTexts.title}
      parents={parents}
      actions={message.data && <Actions messageId={messageId} />}
    >
      <QueryView query={message}>{(data) => <StoredMessage message={data} />}</QueryView>
    </Screen>
  )
}

const StoredMessage = ({ message }: { message: Message }) => (
  <SpaceBetween size="l">
    <FactsPanel message={message} />
    <Grid gridDefinition={[{ colspan: { default: 12, m: 7 } }, { colspan: { default: 12, m: 5 } }]}>
      <ContentsPanel messageId={message.messageId} />
      <ExplanationPanel messageId={message.messageId} />
    </Grid>
  </SpaceBetween>
)

const Actions = ({ messageId }: { messageId: string }) => {
  const [isReplaying, setIsReplaying] = useState(false)
  const canChange = useCanChange()
  const flash = useFlash()
  const download = useMutation({ mutationFn: () => downloadRawMail(messageId), onError: flash.problem })
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="download" loading={download.isPending} onClick={() => download.mutate()}>
        {messageTexts.download}
      </Button>
      {canChange && <Button onClick={() => setIsReplaying(true)}>{messageTexts.replay}</Button>}
      {isReplaying && <ReplayDialog messageId={messageId} onClose={() => setIsReplaying(false)} />}
    </SpaceBetween>
  )
}

export default MessageScreen
