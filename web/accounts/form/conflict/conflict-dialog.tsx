import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Modal from '@cloudscape-design/components/modal'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { clockTime, When } from '../../../shared/words/times.tsx'
import type { AccountDraft } from '../draft/draft.ts'
import { type Choice, type Difference, differencesOf, merged } from './merge.ts'
import type { SettingNames } from './settings.ts'
import { conflictTexts as texts } from './texts.ts'

interface ConflictDialogProps {
  drafts: { readonly base: AccountDraft; readonly mine: AccountDraft; readonly theirs: AccountDraft }
  names: SettingNames
  changedBy: string
  changedAt: string
  onSave: (draft: AccountDraft) => void
  onCancel: () => void
}

/** Shows the change of another person beside one's own, and lets the person choose for each setting. */
export const ConflictDialog = ({ drafts, names, changedBy, changedAt, onSave, onCancel }: ConflictDialogProps) => {
  const differences = differencesOf(drafts, names)
  const [chosen, setChosen] = useState<Readonly<Record<string, Choice>>>(() =>
    Object.fromEntries(differences.map(({ id, proposed }) => [id, proposed])),
  )
  const chooseAll = (choice: Choice) => setChosen(Object.fromEntries(differences.map(({ id }) => [id, choice])))
  return (
    <Modal
      visible
      size="large"
      header={texts.title(changedBy, clockTime(changedAt))}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={onCancel}>
              {texts.back}
            </Button>
            <Button formAction="none" variant="primary" onClick={() => onSave(merged(drafts, chosen))}>
              {texts.save}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <Box>
          {texts.saved} <When at={changedAt} />. {differences.length === 0 ? texts.nothingToChoose : texts.choose}
        </Box>
        {differences.length > 1 && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" onClick={() => chooseAll('mine')}>
              {texts.allMine}
            </Button>
            <Button formAction="none" onClick={() => chooseAll('theirs')}>
              {texts.allTheirs}
            </Button>
          </SpaceBetween>
        )}
        {differences.map((difference) => (
          <DifferenceChoice
            key={difference.id}
            difference={difference}
            changedBy={changedBy}
            choice={chosen[difference.id] ?? difference.proposed}
            onChoose={(choice) => setChosen({ ...chosen, [difference.id]: choice })}
          />
        ))}
      </SpaceBetween>
    </Modal>
  )
}

interface DifferenceChoiceProps {
  difference: Difference
  changedBy: string
  choice: Choice
  onChoose: (choice: Choice) => void
}

const DifferenceChoice = ({ difference, changedBy, choice, onChoose }: DifferenceChoiceProps) => (
  <FormField label={difference.label}>
    <RadioGroup
      value={choice}
      items={[
        { value: 'mine', label: texts.keepMine, description: difference.mine },
        { value: 'theirs', label: texts.takeTheirs(changedBy), description: difference.theirs },
      ]}
      onChange={({ detail }) => onChoose(detail.value === 'theirs' ? 'theirs' : 'mine')}
    />
  </FormField>
)
