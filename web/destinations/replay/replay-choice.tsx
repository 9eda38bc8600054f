import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { Period } from './period.ts'
import { mostMessages } from './replay-messages.ts'
import type { Found } from './selection.ts'
import { replayTexts as texts } from './texts.ts'

interface ReplayChoiceProps {
  period: Period
  onPeriod: (period: Period) => void
  /** Whether the first day is not after the last. */
  isRange: boolean
  /** The number of messages counted so far, while they are counted. */
  counting: number | undefined
  found: Found | undefined
  again: boolean
  onAgain: (again: boolean) => void
  isTooMany: boolean
}

/** Which messages are handed over, and how many these are. */
export const ReplayChoice = (props: ReplayChoiceProps) => {
  const { period, onPeriod, isRange, counting, found, isTooMany } = props
  return (
    <SpaceBetween size="m">
      <Box variant="p">{texts.text}</Box>
      <ColumnLayout columns={2}>
        <FormField label={texts.first}>
          <DatePicker value={period.first} onChange={({ detail }) => onPeriod({ ...period, first: detail.value })} />
        </FormField>
        <FormField label={texts.last} errorText={isRange ? undefined : texts.wrongRange}>
          <DatePicker value={period.last} onChange={({ detail }) => onPeriod({ ...period, last: detail.value })} />
        </FormField>
      </ColumnLayout>
      {counting !== undefined && <StatusIndicator type="in-progress">{texts.counting(counting)}</StatusIndicator>}
      {isTooMany && (
        <Alert type="warning" header={texts.tooMany(mostMessages)}>
          {texts.tooManyRemedy}
        </Alert>
      )}
      {found && <Counted {...props} found={found} />}
    </SpaceBetween>
  )
}

const Counted = ({ found, again, onAgain }: ReplayChoiceProps & { found: Found }) => {
  const planned = found.messageIds.filter((id) => found.planned.has(id)).length
  if (found.messageIds.length === 0) return <Alert type="info">{texts.none}</Alert>
  return (
    <SpaceBetween size="s">
      <Box variant="p">{texts.found(found.messageIds.length, planned)}</Box>
      {planned > 0 && (
        <Checkbox checked={again} description={texts.againText} onChange={({ detail }) => onAgain(detail.checked)}>
          {texts.again}
        </Checkbox>
      )}
    </SpaceBetween>
  )
}
