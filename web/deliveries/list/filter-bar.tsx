import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import { useQuery } from '@tanstack/react-query'
import { allDestinations } from '../../api/short-lists.ts'
import { SelectField } from '../../shared/filters/select-field.tsx'
import { TimeFilter } from '../../shared/filters/time-filter.tsx'
import { stateNames, listTexts as texts } from '../texts.ts'
import { type DeliveryFilters, hasTime, isLookUp, stateFilters, usualTime } from './filters.ts'
import { FindField } from './find-field.tsx'

interface FilterBarProps {
  filters: DeliveryFilters
  onChange: (change: Partial<DeliveryFilters>) => void
}

const quarter = { default: 12, xs: 6, m: 3 }
const states = { '': texts.allStates, ...stateNames }

/** A ticket or a message is looked up everywhere, so it hides the other filters. */
export const FilterBar = ({ filters, onChange }: FilterBarProps) => {
  const destinations = useQuery(allDestinations)
  const named = Object.fromEntries((destinations.data ?? []).map(({ destinationId, name }) => [destinationId, name]))
  const { destination, state, time, find } = filters
  const isUnknown = destination !== '' && !Object.hasOwn(named, destination)
  return (
    <Grid gridDefinition={[{ colspan: quarter }, { colspan: quarter }, { colspan: quarter }, { colspan: quarter }]}>
      <FormField label={texts.find} {...(isLookUp(filters) && { constraintText: texts.findCovers })} stretch>
        <FindField value={find} onChange={(value) => onChange({ find: value })} />
      </FormField>
      {!isLookUp(filters) && (
        <FormField label={texts.destination} stretch>
          <SelectField
            label={texts.destination}
            options={{ '': texts.allDestinations, ...named, ...(isUnknown && { [destination]: destination }) }}
            value={destination}
            onChange={(value) => onChange({ destination: value })}
          />
        </FormField>
      )}
      {!isLookUp(filters) && (
        <FormField label={texts.state} {...(!hasTime(filters) && { constraintText: texts.allTimes })} stretch>
          <SelectField
            label={texts.state}
            options={states}
            value={state}
            onChange={(value) => onChange({ state: stateFilters.find((one) => one === value) ?? '' })}
          />
        </FormField>
      )}
      {hasTime(filters) && (
        <FormField label={texts.time} stretch>
          <TimeFilter time={time} usual={usualTime} onChange={(value) => onChange({ time: value })} />
        </FormField>
      )}
    </Grid>
  )
}
