import Grid from '@cloudscape-design/components/grid'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { asProblem } from '../api/problems.ts'
import { QueryView } from '../shared/feedback/query-view.tsx'
import { Screen } from '../shared/screen.tsx'
import { ContentsPanel } from './message/contents-panel.tsx'
import { ErasedMessage } from './message/erased-message.tsx'
import { ExplanationPanel } from './message/explanation-panel.tsx'
import { FactsPanel } from './message/facts-panel.tsx'
import { MessageActions } from './message/message-actions.tsx'
import { messageQuery } from './queries.ts'
import { subjectOf } from './subject-of.ts'
import { listTexts, messageTexts } from './texts.ts'
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
      title={message.data ? subjectOf(message.data) : messageTexts.title}
      parents={parents}
      actions={message.data && !message.data.erased && <MessageActions messageId={messageId} />}
    >
      <QueryView query={message}>{(data) => <StoredMessage message={data} />}</QueryView>
    </Screen>
  )
}

const StoredMessage = ({ message }: { message: Message }) =>
  message.erased ? (
    <ErasedMessage message={message} erased={message.erased} />
  ) : (
    <SpaceBetween size="l">
      <FactsPanel message={message} />
      <Grid gridDefinition={[{ colspan: { default: 12, m: 7 } }, { colspan: { default: 12, m: 5 } }]}>
        <ContentsPanel messageId={message.messageId} />
        <ExplanationPanel messageId={message.messageId} />
      </Grid>
    </SpaceBetween>
  )

export default MessageScreen
