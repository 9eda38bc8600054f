import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { When } from '../../shared/words/times.tsx'
import type { Account } from '../account-types.ts'
import { settings } from '../form/conflict/settings.ts'
import { useSettingNames } from '../form/conflict/use-setting-names.ts'
import { draftOf } from '../form/draft/draft.ts'
import { words } from '../form/texts.ts'
import { settingsTexts as texts } from './texts.ts'

/** All settings at a glance, and who changed them last. */
export const SettingsPanel = ({ account }: { account: Account }) => {
  const names = useSettingNames()
  const draft = draftOf(account)
  return (
    <Container header={<Header variant="h2">{texts.title}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          ...settings
            .map(({ label, words: textOf }) => ({ label, value: textOf(draft, names) }))
            .filter(({ value }) => value !== words.none),
          { label: texts.changed(account.changedBy), value: <When at={account.changedAt} /> },
          { label: texts.created(account.createdBy), value: <When at={account.createdAt} /> },
        ]}
      />
    </Container>
  )
}
