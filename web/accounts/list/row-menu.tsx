import ButtonDropdown, { type ButtonDropdownProps } from '@cloudscape-design/components/button-dropdown'
import type { Validity } from '../../shared/forms/validity.tsx'
import { accountName } from '../../shared/words/account-name.ts'
import type { AccountSummary } from '../summaries.ts'
import { texts } from './texts.ts'

export type RowAction = 'fetch' | 'test' | 'edit' | 'delete' | Validity

const isRowAction = (id: string): id is RowAction =>
  ['fetch', 'test', 'edit', 'delete', 'valid', 'invalid', 'invalid-temporarily'].includes(id)

/** What a person can do with one account of the list. */
export const RowMenu = ({ account, onAction }: { account: AccountSummary; onAction: (action: RowAction) => void }) => {
  const validities: ButtonDropdownProps.Item[] = [
    { id: 'valid', text: texts.actions.valid },
    { id: 'invalid', text: texts.actions.invalid },
    { id: 'invalid-temporarily', text: texts.actions.invalidTemporarily },
  ]
  return (
    <ButtonDropdown
      variant="icon"
      expandToViewport
      ariaLabel={texts.actions.of(accountName(account))}
      onItemClick={({ detail }) => isRowAction(detail.id) && onAction(detail.id)}
      items={[
        {
          id: 'fetch',
          text: texts.actions.fetchNow,
          disabled: account.validity !== 'valid',
          disabledReason: texts.onlyValid,
        },
        { id: 'test', text: texts.actions.test },
        { id: 'edit', text: texts.actions.edit },
        ...validities.filter(({ id }) => id !== account.validity),
        { id: 'delete', text: texts.actions.remove },
      ]}
    />
  )
}
