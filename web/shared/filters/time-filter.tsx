import DateRangePicker, { type DateRangePickerProps } from '@cloudscape-design/components/date-range-picker'
import { intervalOf, isRecent, type RecentTime, recentTimes, type TimeRange } from './time-range.ts'

const hour = 60 * 60_000
const units = { hour, day: 24 * hour, week: 7 * 24 * hour } as const

const names: Readonly<Record<RecentTime, string>> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '31d': 'Last 31 days',
}
const texts = {
  relativeModeTitle: 'Recent',
  absoluteModeTitle: 'Between two dates',
  relativeRangeSelectionHeading: 'Choose a period',
  customRelativeRangeOptionLabel: 'Another period',
  customRelativeRangeOptionDescription: 'A number of hours, days or weeks',
}
const incomplete = 'Enter a start date and an end date.'
const reversed = 'The end must be after the start.'

const optionOf = (key: RecentTime): DateRangePickerProps.RelativeOption => ({
  type: 'relative',
  key,
  unit: 'hour',
  amount: recentTimes[key] / hour,
})
const options = (['1h', '24h', '7d', '31d'] as const).map(optionOf)

interface TimeFilterProps {
  time: TimeRange
  /** The time that an empty text stands for. */
  usual: RecentTime
  onChange: (time: TimeRange) => void
}

/** Restricts a list to a recent time or to the time between two moments, in the reader's zone. A form field names it. */
export const TimeFilter = ({ time, usual, onChange }: TimeFilterProps) => (
  <DateRangePicker
    value={chosenOf(time, usual)}
    onChange={({ detail }) => onChange(timeOf(detail.value, usual))}
    relativeOptions={options}
    customRelativeRangeUnits={['hour', 'day', 'week']}
    isValidRange={isValidRange}
    showClearButton={false}
    hideTimeOffset
    i18nStrings={{
      ...texts,
      formatRelativeRange: ({ key = '', amount, unit }) =>
        isRecent(key) ? names[key] : `Last ${amount} ${unit}${amount === 1 ? '' : 's'}`,
    }}
  />
)

const chosenOf = (time: TimeRange, usual: RecentTime): DateRangePickerProps.Value => {
  const interval = intervalOf(time)
  if (interval) return { type: 'absolute', startDate: interval.from, endDate: interval.to }
  return optionOf(isRecent(time) ? time : usual)
}

/** @returns the chosen time. A recent time without a name becomes an interval that ends now. */
const timeOf = (value: DateRangePickerProps.Value | null, usual: RecentTime): TimeRange => {
  if (value === null) return ''
  if (value.type === 'absolute') return `${value.startDate}/${value.endDate}`
  const { key = '', amount, unit } = value
  if (isRecent(key)) return key === usual ? '' : key
  const now = Date.now()
  const length = amount * (unit === 'day' || unit === 'week' ? units[unit] : units.hour)
  return `${new Date(now - length).toISOString()}/${new Date(now).toISOString()}`
}

const isValidRange = (value: DateRangePickerProps.Value | null): DateRangePickerProps.ValidationResult => {
  if (value?.type !== 'absolute') return { valid: true }
  const interval = intervalOf(`${value.startDate}/${value.endDate}`)
  if (!interval) return { valid: false, errorMessage: incomplete }
  return Date.parse(interval.from) <= Date.parse(interval.to)
    ? { valid: true }
    : { valid: false, errorMessage: reversed }
}
