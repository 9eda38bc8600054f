import RadioGroup from '@cloudscape-design/components/radio-group'
import StatusIndicator from '@cloudscape-design/components/status-indicator'

export type Validity = 'valid' | 'invalid' | 'invalid-temporarily'

const words: Readonly<Record<Validity, string>> = {
  valid: 'Valid',
  invalid: 'Invalid',
  'invalid-temporarily': 'Temporarily invalid',
}

export const validities = Object.keys(words) as readonly Validity[]

const isValidity = (value: string): value is Validity => value in words

export const validityText = (validity: Validity): string => words[validity]

export const ValidityStatus = ({ validity }: { validity: Validity }) => (
  <StatusIndicator type={validity === 'valid' ? 'success' : 'stopped'}>{words[validity]}</StatusIndicator>
)

export const ValidityChoice = ({
  validity,
  onChange,
}: {
  validity: Validity
  onChange: (validity: Validity) => void
}) => (
  <RadioGroup
    value={validity}
    onChange={({ detail }) => isValidity(detail.value) && onChange(detail.value)}
    items={validities.map((value) => ({ value, label: words[value] }))}
  />
)
