import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TextFilter from '@cloudscape-design/components/text-filter'
import { AccountSelect } from '../../accounts/account-select.tsx'
import { TimeFilter } from '../../shared/filters/time-filter.tsx'
import { QueueSelect } from '../../shared/forms/queue-select.tsx'
import { useIsNarrow } from '../../shared/narrow.ts'
import { listTexts, stateTexts } from '../texts.ts'
import { isFiltered, type MessageFilters, messageStates, usualTime } from './filters.ts'

interface FilterBarProps {
  filters: MessageFilters
  onChange: (change: Partial<MessageFilters>) => void
  text: string
  onTextChange: (text: string) => void
  /** The number of messages that the text filter searches. */
  loaded: number
  matches: number
}

const allStates = { value: '', label: listTexts.allStates }
const states = [allStates, ...messageStates.map((value) => ({ value, label: stateTexts[value] }))]
const quarter = { default: 12, xxs: 6, s: 3 }

export const FilterBar = ({ filters, onChange, text, onTextChange, loaded, matches }: FilterBarProps) => {
  const isNarrow = useIsNarrow()
  const more = <Filters filters={filters} onChange={onChange} />
  return (
    <SpaceBetween size="s">
      <FormField label={listTexts.search} constraintText={listTexts.searched(loaded)} stretch>
        <TextFilter
          filteringText={text}
          onChange={({ detail }) => onTextChange(detail.filteringText)}
          filteringPlaceholder={listTexts.searchPlaceholder}
          filteringAriaLabel={listTexts.search}
          countText={text.trim() === '' ? '' : listTexts.matches(matches)}
        />
      </FormField>
      {isNarrow ? (
        <ExpandableSection headerText={listTexts.filters} defaultExpanded={isFiltered(filters)}>
          {more}
        </ExpandableSection>
      ) : (
        more
      )}
    </SpaceBetween>
  )
}

const Filters = ({ filters, onChange }: Pick<FilterBarProps, 'filters' | 'onChange'>) => (
  <Grid gridDefinition={[{ colspan: quarter }, { colspan: quarter }, { colspan: quarter }, { colspan: quarter }]}>
    <FormField label={listTexts.time} stretch>
      <TimeFilter time={filters.time} usual={usualTime} onChange={(time) => onChange({ time })} />
    </FormField>
    <FormField label={listTexts.queue} stretch>
      <QueueSelect queueId={filters.queueId} onChange={(queueId) => onChange({ queueId })} none={listTexts.allQueues} />
    </FormField>
    <FormField label={listTexts.account} stretch>
      <AccountSelect
        accountId={filters.accountId}
        onChange={(accountId) => onChange({ accountId })}
        none={listTexts.allAccounts}
      />
    </FormField>
    <FormField label={listTexts.state} stretch>
      <Select
        selectedOption={states.find(({ value }) => value === filters.state) ?? allStates}
        options={states}
        onChange={({ detail }) =>
          onChange({ state: messageStates.find((state) => state === detail.selectedOption.value) ?? '' })
        }
      />
    </FormField>
  </Grid>
)
