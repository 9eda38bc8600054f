import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { QueueSelect } from '../../../shared/forms/queue-select.tsx'
import { accountTypes } from '../../account-types.ts'
import { help, labels, sections, words } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'
import { type FolderAccess, FolderField } from './folder-field.tsx'

/** Which folder is fetched, where its mail goes, and whether its headers are obeyed. */
export const QueueSection = ({ form, access }: { form: AccountForm; access: FolderAccess }) => {
  const { draft, change, errorAt } = form
  return (
    <Container header={<Header variant="h2">{sections.queue}</Header>}>
      <SpaceBetween size="l">
        {accountTypes[draft.type].isImap && (
          <FolderField
            label={labels.folder}
            help={help.folder}
            placeholder="INBOX"
            value={draft.folder}
            error={errorAt('/folder')}
            access={access}
            onChange={(folder) => change({ folder })}
          />
        )}
        <FormField label={labels.dispatching} errorText={draft.dispatchingBy === 'to-field' && errorAt('/dispatching')}>
          <RadioGroup
            value={draft.dispatchingBy}
            items={[
              { value: 'to-field', label: words.toField, description: help.toField },
              { value: 'queue', label: 'Always the same queue', description: help.toQueue },
            ]}
            onChange={({ detail }) => change({ dispatchingBy: detail.value === 'queue' ? 'queue' : 'to-field' })}
          />
        </FormField>
        {draft.dispatchingBy === 'queue' && (
          <FormField label={labels.queue} errorText={errorAt('/dispatching')}>
            <QueueSelect queueId={draft.queueId} onChange={(queueId) => change({ queueId })} />
          </FormField>
        )}
        <FormField
          label={labels.trusted}
          description={help.trusted}
          warningText={draft.trusted && help.trustedWarning}
          errorText={errorAt('/trusted')}
        >
          <RadioGroup
            value={draft.trusted ? 'yes' : 'no'}
            items={[
              { value: 'no', label: 'No' },
              { value: 'yes', label: 'Yes' },
            ]}
            onChange={({ detail }) => change({ trusted: detail.value === 'yes' })}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  )
}
