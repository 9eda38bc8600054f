import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { ProblemAlert } from '../shared/feedback/problem-alert.tsx'
import { CopyButton } from '../shared/words/copy-button.tsx'
import { LogText } from '../shared/words/log-text.tsx'
import { clockTime } from '../shared/words/times.tsx'
import type { Run } from './queries.ts'
import { texts } from './texts.ts'
import { type Conversation, useConversation } from './use-conversation.ts'

const signs = { postmaster: '→', server: '←', note: '·' } as const

const lineText = ({ at, by, text }: Conversation['lines'][number]): string => `${clockTime(at)} ${signs[by]} ${text}`

/** The recorded protocol lines, on request. Credentials never reach the recording. */
export const RunConversation = ({ run }: { run: Run }) => {
  const [isShown, setShown] = useState(false)
  return (
    <Container
      header={
        <Header variant="h2" description={run.conversation && texts.run.masked}>
          {texts.run.conversation}
        </Header>
      }
    >
      {run.conversation === undefined ? (
        <Box color="text-body-secondary">{texts.run.noConversation}</Box>
      ) : isShown ? (
        <Lines runId={run.runId} />
      ) : (
        <Button onClick={() => setShown(true)}>{texts.run.showConversation}</Button>
      )}
    </Container>
  )
}

const Lines = ({ runId }: { runId: string }) => {
  const { lines, isCut, error, retry } = useConversation(runId)
  const text = lines.map(lineText).join('\n')
  return (
    <SpaceBetween size="s">
      {error !== undefined && <ProblemAlert thrown={error} onRetry={retry} />}
      <LogText label={texts.run.conversation} text={text} />
      {isCut && <Box>{texts.run.cut}</Box>}
      <CopyButton text={text} copied={texts.run.copied} />
    </SpaceBetween>
  )
}
