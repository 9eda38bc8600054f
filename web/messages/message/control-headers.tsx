import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { controlTexts } from '../texts.ts'
import type { Message } from '../types.ts'

/** The control headers of a message: those that Postmaster honoured, and those that it ignored, with the reason. */
export const ControlHeaders = ({ message: { control, ignoredControl } }: { message: Message }) => {
  const honoured = Object.entries(control)
  if (honoured.length === 0 && ignoredControl.length === 0) return controlTexts.none
  return (
    <>
      {honoured.map(([name, value]) => (
        <div key={name}>
          <StatusIndicator type="success">{controlTexts.honoured(name, value)}</StatusIndicator>
        </div>
      ))}
      {ignoredControl.map(({ name, why }, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: A header may occur twice, and the list never changes.
        <div key={position}>
          <StatusIndicator type="warning">{controlTexts.ignored(name, why)}</StatusIndicator>
        </div>
      ))}
    </>
  )
}
