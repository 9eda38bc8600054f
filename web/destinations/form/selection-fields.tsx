import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Multiselect from '@cloudscape-design/components/multiselect'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { allQueues } from '../../api/short-lists.ts'
import { AccountsSelect } from './accounts-select.tsx'
import type { FieldsProps } from './form-state.ts'
import { formTexts as texts } from './texts.ts'

/** Which mail the destination receives. */
export const SelectionFields = ({ draft, change, errorAt }: FieldsProps) => {
  const queues = useQuery(allQueues)
  const options = (queues.data ?? []).map(({ queueId, name }) => ({ value: queueId, label: name }))
  return (
    <Container header={<Header variant="h2">{texts.selection}</Header>}>
      <SpaceBetween size="l">
        <FormField label={texts.queues} errorText={errorAt('/selection/queueIds')}>
          <SpaceBetween size="s">
            <RadioGroup
              value={draft.allQueues ? 'all' : 'some'}
              items={[
                { value: 'all', label: texts.allQueues },
                { value: 'some', label: texts.someQueues },
              ]}
              onChange={({ detail }) => change({ allQueues: detail.value === 'all' })}
            />
            {!draft.allQueues && (
              <Multiselect
                ariaLabel={texts.someQueues}
                placeholder={texts.chooseQueues}
                filteringType="auto"
                statusType={queues.isPending ? 'loading' : queues.isError ? 'error' : 'finished'}
                options={options}
                selectedOptions={draft.queueIds.map(
                  (id) => options.find(({ value }) => value === id) ?? { value: id, label: id },
                )}
                onChange={({ detail }) => change({ queueIds: detail.selectedOptions.map(({ value = '' }) => value) })}
              />
            )}
          </SpaceBetween>
        </FormField>
        <FormField label={texts.accounts} errorText={errorAt('/selection/accountIds')}>
          <SpaceBetween size="s">
            <RadioGroup
              value={draft.allAccounts ? 'all' : 'some'}
              items={[
                { value: 'all', label: texts.allAccounts },
                { value: 'some', label: texts.someAccounts },
              ]}
              onChange={({ detail }) => change({ allAccounts: detail.value === 'all' })}
            />
            {!draft.allAccounts && (
              <AccountsSelect accountIds={draft.accountIds} onChange={(accountIds) => change({ accountIds })} />
            )}
          </SpaceBetween>
        </FormField>
        <Checkbox checked={draft.trustedOnly} onChange={({ detail }) => change({ trustedOnly: detail.checked })}>
          {texts.trustedOnly}
        </Checkbox>
        <Checkbox
          checked={draft.loops}
          description={texts.loopsDescription}
          onChange={({ detail }) => change({ loops: detail.checked })}
        >
          {texts.loops}
        </Checkbox>
      </SpaceBetween>
    </Container>
  )
}
