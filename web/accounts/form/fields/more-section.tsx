import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { accountTypes } from '../../account-types.ts'
import { type AccountDraft, defaultMegabytes } from '../draft/draft.ts'
import { help, labels, sections, words } from '../texts.ts'
import type { AccountForm } from '../use-account-form.ts'
import { type FolderAccess, FolderField } from './folder-field.tsx'

interface MoreSectionProps {
  form: AccountForm
  access: FolderAccess
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
}

/** Whether an account has one of these settings. */
export const hasMoreSettings = ({ maxMessageSize, tooLarge, customCa }: AccountDraft): boolean =>
  maxMessageSize !== '' || tooLarge !== 'leave' || customCa !== ''

/** What few accounts need. It is open if something in it is wrong. */
export const MoreSection = ({ form, access, isOpen, onToggle }: MoreSectionProps) => {
  const { draft, change, errorAt } = form
  const { isImap } = accountTypes[draft.type]
  const hasErrors = [errorAt('/maxMessageSize'), errorAt('/tooLarge'), errorAt('/customCa')].some(Boolean)
  return (
    <Container>
      <ExpandableSection
        headerText={sections.more}
        headingTagOverride="h2"
        expanded={isOpen || hasErrors}
        onChange={({ detail }) => onToggle(detail.expanded)}
      >
        <SpaceBetween size="l">
          <FormField
            label={labels.maxMessageSize}
            description={help.maxMessageSize}
            errorText={errorAt('/maxMessageSize')}
          >
            <Input
              value={draft.maxMessageSize}
              inputMode="decimal"
              autoComplete={false}
              placeholder={String(defaultMegabytes)}
              onChange={({ detail }) => change({ maxMessageSize: detail.value })}
            />
          </FormField>
          {isImap && (
            <FormField label={labels.tooLarge} errorText={draft.tooLarge !== 'move' && errorAt('/tooLarge')}>
              <RadioGroup
                value={draft.tooLarge}
                items={[
                  { value: 'leave', label: words.leave, description: help.leave },
                  { value: 'move', label: 'Move to another folder' },
                ]}
                onChange={({ detail }) => change({ tooLarge: detail.value === 'move' ? 'move' : 'leave' })}
              />
            </FormField>
          )}
          {isImap && draft.tooLarge === 'move' && (
            <FolderField
              label={labels.moveTo}
              value={draft.tooLargeTo}
              error={errorAt('/tooLarge')}
              access={access}
              onChange={(tooLargeTo) => change({ tooLargeTo })}
            />
          )}
          <FormField label={labels.customCa} description={help.customCa} errorText={errorAt('/customCa')}>
            <Textarea
              rows={4}
              spellcheck={false}
              value={draft.customCa}
              placeholder="-----BEGIN CERTIFICATE-----"
              onChange={({ detail }) => change({ customCa: detail.value })}
            />
          </FormField>
        </SpaceBetween>
      </ExpandableSection>
    </Container>
  )
}
