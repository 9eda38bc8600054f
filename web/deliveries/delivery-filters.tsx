import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Input from '@cloudscape-design/components/input'
import Select, { type SelectProps } from '@cloudscape-design/components/select'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { allDestinations } from '../api/short-lists.ts'
import { type ChosenFilters, coversAllTime, type periods, stateFilters } from './filters.ts'
import { anyTime, periodNames, stateNames, listTexts as texts } from './texts.ts'

interface DeliveryFiltersProps {
  chosen: ChosenFilters
  onChange: (name: keyof ChosenFilters, value: string) => void
}

export const DeliveryFilters = ({ chosen, onChange }: DeliveryFiltersProps) => {
  const destinations = useQuery(allDestinations)
  const finds = chosen.find !== ''
  const named = (destinations.data ?? []).map(({ destinationId, name }) => ({ value: destinationId, label: name }))
  return (
    <Grid gridDefinition={Array.from({ length: 4 }, () => ({ colspan: { default: 12, xs: 6, m: 3 } }))}>
      <Choice
        label={texts.destination}
        value={chosen.destination}
        disabled={finds}
        options={[{ value: '', label: texts.allDestinations }, ...named]}
        onChange={(value) => onChange('destination', value)}
      />
      <Choice
        label={texts.state}
        value={chosen.state}
        disabled={finds}
        options={[
          { value: '', label: texts.allStates },
          ...stateFilters.map((value) => ({ value, label: stateNames[value] })),
        ]}
        onChange={(value) => onChange('state', value)}
      />
      <Choice
        label={texts.period}
        value={chosen.period === '' && !coversAllTime(chosen.state) ? 'month' : chosen.period}
        disabled={finds}
        options={[
          ...(coversAllTime(chosen.state) ? [{ value: '', label: anyTime }] : []),
          ...(['day', 'week', 'month'] as const satisfies readonly (keyof typeof periods)[]).map((value) => ({
            value,
            label: periodNames[value],
          })),
        ]}
        onChange={(value) => onChange('period', value)}
      />
      <Find value={chosen.find} onFind={(value) => onChange('find', value)} />
    </Grid>
  )
}

interface ChoiceProps {
  label: string
  value: string
  disabled: boolean
  options: readonly SelectProps.Option[]
  onChange: (value: string) => void
}

const Choice = ({ label, value, disabled, options, onChange }: ChoiceProps) => (
  <FormField label={label}>
    <Select
      disabled={disabled}
      selectedOption={options.find((option) => option.value === value) ?? { value, label: value }}
      options={options}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  </FormField>
)

/** Each search asks the API, so it begins when the person asks for it. */
const Find = ({ value, onFind }: { value: string; onFind: (value: string) => void }) => {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onFind(text.trim())
      }}
    >
      <FormField
        label={texts.find}
        {...(value !== '' && { constraintText: texts.findCovers })}
        secondaryControl={<Button iconName="search" ariaLabel={texts.findRuns} />}
      >
        <Input
          type="search"
          value={text}
          placeholder={texts.findPlaceholder}
          onChange={({ detail }) => {
            setText(detail.value)
            if (detail.value === '') onFind('')
          }}
        />
      </FormField>
    </form>
  )
}
