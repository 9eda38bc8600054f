import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { accountTypes } from '../../account-types.ts'
import { dayOf, startOf } from '../draft/days.ts'
import type { WaitingMail } from '../testing/run-test.ts'
import { testTexts } from '../testing/texts.ts'
import { afterFetchHelp, deleteWarning, labels, sections, startFromHelp, words } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'
import { type FolderAccess, FolderField } from './folder-field.tsx'

interface CollectingSectionProps {
  form: AccountForm
  access: FolderAccess
  /** The mail that the last test found in the folder. */
  waiting: WaitingMail | undefined
}

/** Which mail is fetched, and what becomes of it on the server. */
export const CollectingSection = ({ form, access, waiting }: CollectingSectionProps) => {
  const { draft, change, errorAt } = form
  const { isImap } = accountTypes[draft.type]
  return (
    <Container header={<Header variant="h2">{sections.collecting}</Header>}>
      <SpaceBetween size="l">
        <StartFromField form={form} waiting={waiting} />
        <FormField label={labels.afterFetch} errorText={draft.afterFetch !== 'move' && errorAt('/afterFetch')}>
          <RadioGroup
            value={draft.afterFetch}
            items={[
              { value: 'delete', label: words.delete, description: afterFetchHelp.delete },
              { value: 'keep', label: words.keep, description: afterFetchHelp.keep },
              ...(isImap ? [{ value: 'move', label: 'Move to another folder', description: afterFetchHelp.move }] : []),
            ]}
            onChange={({ detail: { value } }) =>
              change({ afterFetch: value === 'keep' || value === 'move' ? value : 'delete' })
            }
          />
        </FormField>
        {isImap && draft.afterFetch === 'move' && (
          <FolderField
            label={labels.moveTo}
            value={draft.moveTo}
            error={errorAt('/afterFetch')}
            access={access}
            onChange={(moveTo) => change({ moveTo })}
          />
        )}
        {draft.afterFetch === 'delete' && (
          <Alert type="warning" header={deleteWarning.title}>
            {waiting !== undefined && waiting.count > 0 && draft.startFrom === 'everything' && (
              <div>{deleteWarning.all(waiting.count)}</div>
            )}
            {deleteWarning.unknown}
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  )
}

const StartFromField = ({ form: { draft, change, errorAt }, waiting }: Omit<CollectingSectionProps, 'access'>) => (
  <SpaceBetween size="l">
    <FormField
      label={labels.startFrom}
      description={waiting && testTexts.waiting(waiting.count, waiting.oldestAt)}
      errorText={draft.startFrom !== 'since' && errorAt('/startFrom')}
    >
      <RadioGroup
        value={draft.startFrom}
        items={[
          { value: 'everything', label: words.everything, description: startFromHelp.everything },
          { value: 'new', label: words.new, description: startFromHelp.new },
          { value: 'since', label: 'Mail since a certain day', description: startFromHelp.since },
        ]}
        onChange={({ detail: { value } }) =>
          change({ startFrom: value === 'new' || value === 'since' ? value : 'everything' })
        }
      />
    </FormField>
    {draft.startFrom === 'since' && (
      <FormField label={labels.since} constraintText="For example 2026/03/02." errorText={errorAt('/startFrom')}>
        <DatePicker
          value={dayOf(draft.since)}
          placeholder="YYYY/MM/DD"
          openCalendarAriaLabel={(day) => (day ? `Choose a day, ${day} is chosen` : 'Choose a day')}
          onChange={({ detail }) => change({ since: startOf(detail.value) })}
        />
      </FormField>
    )}
  </SpaceBetween>
)
