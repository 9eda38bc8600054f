import Badge from '@cloudscape-design/components/badge'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../api/me.ts'
import { allProviders } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { ListTable } from '../shared/tables/list-table.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { deleteProvider, oauth2Changed, type Provider, resetProvider } from './queries.ts'
import { texts } from './texts.ts'

type Open =
  | { readonly dialog: 'edit'; readonly provider?: Provider }
  | { readonly dialog: 'reset' | 'delete'; readonly provider: Provider }

const columns: readonly TableProps.ColumnDefinition<Provider>[] = [
  {
    id: 'name',
    header: texts.providers.name,
    sortingField: 'name',
    isRowHeader: true,
    cell: ({ name, builtIn, changedFields = [] }) => (
      <SpaceBetween direction="horizontal" size="xs">
        <span>{name}</span>
        {builtIn && <Badge>{texts.providers.builtIn}</Badge>}
        {changedFields.length > 0 && <Badge color="blue">{texts.providers.changed}</Badge>}
      </SpaceBetween>
    ),
  },
  { id: 'kind', header: texts.providers.kind, sortingField: 'kind', cell: ({ kind }) => texts.providers.kinds[kind] },
  {
    id: 'token',
    header: texts.providers.tokenEndpoint,
    cell: ({ tokenEndpoint }) => <span className="mono">{tokenEndpoint}</span>,
  },
]

export const ProviderTable = () => {
  const canChange = useCanChange()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const finish = () => {
    oauth2Changed()
    close()
  }
  const actions: TableProps.ColumnDefinition<Provider> = {
    id: 'actions',
    header: 'Actions',
    cell: (provider) => (
      <ButtonDropdown
        variant="icon"
        expandToViewport
        ariaLabel={`Actions for ${provider.name}`}
        items={[
          { id: 'edit', text: 'Edit' },
          provider.builtIn
            ? { id: 'reset', text: texts.providers.resetVerb, disabled: (provider.changedFields ?? []).length === 0 }
            : { id: 'delete', text: 'Delete' },
        ]}
        onItemClick={({ detail: { id } }) => {
          if (id === 'edit' || id === 'reset' || id === 'delete') setOpen({ dialog: id, provider })
        }}
      />
    ),
  }
  return (
    <>
      <ListTable
        title={texts.tabs.providers}
        query={useQuery(allProviders)}
        columns={canChange ? [...columns, actions] : columns}
        narrowColumns={['name', 'actions']}
        idOf={({ providerId }) => providerId}
        textOf={({ name, tokenEndpoint }) => `${name} ${tokenEndpoint}`}
        filterName="provider"
        filterPlaceholder={texts.providers.filter}
        empty={texts.providers.empty}
        noMatch={texts.providers.noMatch}
        actions={canChange && <Button onClick={() => setOpen({ dialog: 'edit' })}>{texts.providers.add}</Button>}
      />
      {open?.dialog === 'edit' && <ProviderDialog providerId={open.provider?.providerId} onClose={close} />}
      {open?.dialog === 'reset' && (
        <ConfirmDialog
          title={texts.providers.reset(open.provider.name)}
          confirm={texts.providers.resetVerb}
          action={() => resetProvider(open.provider.providerId)}
          success={texts.providers.resetDone(open.provider.name)}
          onDone={finish}
          onCancel={close}
        >
          {texts.providers.resetHelp}
        </ConfirmDialog>
      )}
      {open?.dialog === 'delete' && (
        <ConfirmDialog
          title={texts.providers.remove(open.provider.name)}
          confirm="Delete"
          action={() => deleteProvider(open.provider.providerId)}
          success={texts.providers.deleted(open.provider.name)}
          onDone={finish}
          onCancel={close}
        >
          {texts.providers.deleteHelp}
        </ConfirmDialog>
      )}
    </>
  )
}
