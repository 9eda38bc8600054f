import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { repeatText, stateTexts } from '../texts.ts'
import type { Message } from '../types.ts'

const types = {
  announced: 'success',
  stored: 'pending',
  ignored: 'stopped',
  erased: 'stopped',
} as const satisfies Record<Message['state'], StatusIndicatorProps.Type>

/** What became of a message, in plain words. Nothing else matters of an erased one. */
export const MessageState = ({ message }: { message: Pick<Message, 'state' | 'sameAs' | 'parsed'> }) => {
  const { state, sameAs, parsed } = message
  return (
    <>
      {sameAs === undefined || state === 'erased' ? (
        <StatusIndicator type={types[state]}>{stateTexts[state]}</StatusIndicator>
      ) : (
        <StatusIndicator type="stopped">{repeatText}</StatusIndicator>
      )}
      {!parsed && state !== 'erased' && (
        <div>
          <StatusIndicator type="warning">{stateTexts.unparsed}</StatusIndicator>
        </div>
      )}
    </>
  )
}
