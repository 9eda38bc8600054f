import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { When } from '../../shared/words/times.tsx'
import { erasedTexts } from '../texts.ts'
import type { Message } from '../types.ts'
import { ExplanationPanel } from './explanation-panel.tsx'
import { FactsPanel } from './facts-panel.tsx'

/** What is left of an erased message: who erased it and when, and the record that it existed. */
export const ErasedMessage = ({ message, erased }: { message: Message; erased: NonNullable<Message['erased']> }) => (
  <SpaceBetween size="l">
    <Alert header={erasedTexts.by(erased.by)}>
      <When at={erased.at} />. {erasedTexts.left}
    </Alert>
    <FactsPanel message={message} />
    <ExplanationPanel messageId={message.messageId} />
  </SpaceBetween>
)
