import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCanChange } from '../api/me.ts'
import { allProfiles } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { commentColumn } from '../shared/tables/common-columns.tsx'
import { ListTable } from '../shared/tables/list-table.tsx'
import { dateOnly } from '../shared/words/times.tsx'
import { ProfileDialog } from './profile-dialog.tsx'
import { deleteProfile, oauth2Changed, type Profile } from './queries.ts'
import { RedirectDialog } from './redirect-dialog.tsx'
import { ReplaceSecretDialog } from './replace-secret-dialog.tsx'
import { texts } from './texts.ts'

type Open =
  | { readonly dialog: 'edit'; readonly profile?: Profile }
  | { readonly dialog: 'secret' | 'redirect' | 'delete'; readonly profile: Profile }

const columns: readonly TableProps.ColumnDefinition<Profile>[] = [
  {
    id: 'name',
    header: texts.profiles.name,
    sortingField: 'name',
    isRowHeader: true,
    cell: ({ name }) => name,
  },
  {
    id: 'provider',
    header: texts.profiles.provider,
    sortingField: 'providerName',
    cell: ({ providerName, providerId }) => providerName ?? providerId,
  },
  { id: 'tenant', header: texts.profiles.tenant, sortingField: 'tenant', cell: ({ tenant }) => tenant ?? '–' },
  {
    id: 'grant',
    header: texts.profiles.grant,
    sortingField: 'grant',
    cell: ({ grant }) => texts.profiles.grants[grant],
  },
  {
    id: 'expires',
    header: texts.profiles.expires,
    sortingField: 'secretExpiresOn',
    cell: (profile) => <Expiry profile={profile} />,
  },
  {
    id: 'accounts',
    header: texts.profiles.accounts,
    cell: ({ name, accounts: { count } }) =>
      count === 0 ? (
        '–'
      ) : (
        <PageLink to={`/accounts?filter=${encodeURIComponent(name)}`}>{texts.profiles.accountCount(count)}</PageLink>
      ),
  },
  commentColumn,
]

export const ProfileTable = () => {
  const canChange = useCanChange()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const actions: TableProps.ColumnDefinition<Profile> = {
    id: 'actions',
    header: 'Actions',
    cell: (profile) => (
      <ButtonDropdown
        variant="icon"
        expandToViewport
        ariaLabel={`Actions for ${profile.name}`}
        items={[
          { id: 'redirect', text: texts.profiles.redirectUri },
          ...(canChange
            ? [
                { id: 'secret', text: texts.profiles.replaceSecret },
                { id: 'edit', text: 'Edit' },
                { id: 'delete', text: 'Delete' },
              ]
            : []),
        ]}
        onItemClick={({ detail: { id } }) => {
          if (id === 'edit' || id === 'secret' || id === 'redirect' || id === 'delete') setOpen({ dialog: id, profile })
        }}
      />
    ),
  }
  return (
    <>
      <ListTable
        title={texts.tabs.profiles}
        query={useQuery(allProfiles)}
        columns={[...columns, actions]}
        narrowColumns={['name', 'expires', 'actions']}
        idOf={({ profileId }) => profileId}
        textOf={({ name, providerName, tenant, comment }) => `${name} ${providerName ?? ''} ${tenant ?? ''} ${comment}`}
        filterName="profile"
        filterPlaceholder={texts.profiles.filter}
        empty={texts.profiles.empty}
        noMatch={texts.profiles.noMatch}
        actions={canChange && <Button onClick={() => setOpen({ dialog: 'edit' })}>{texts.profiles.add}</Button>}
      />
      {open?.dialog === 'edit' && (
        <ProfileDialog
          profileId={open.profile?.profileId}
          onClose={close}
          onCreated={(profile) => setOpen({ dialog: 'redirect', profile })}
        />
      )}
      {open?.dialog === 'secret' && <ReplaceSecretDialog profile={open.profile} onClose={close} />}
      {open?.dialog === 'redirect' && <RedirectDialog profile={open.profile} onClose={close} />}
      {open?.dialog === 'delete' && (
        <ConfirmDialog
          title={texts.profiles.remove(open.profile.name)}
          confirm="Delete"
          action={() => deleteProfile(open.profile.profileId)}
          success={texts.profiles.deleted(open.profile.name)}
          onDone={() => {
            oauth2Changed()
            close()
          }}
          onCancel={close}
        >
          {texts.profiles.deleteHelp}
        </ConfirmDialog>
      )}
    </>
  )
}

const Expiry = ({ profile: { secretExpiresOn, secretExpiry } }: { profile: Profile }) => {
  if (secretExpiry)
    return (
      <StatusIndicator type={secretExpiry.code === 'client-secret-expired' ? 'error' : 'warning'} wrapText>
        {secretExpiry.detail}
      </StatusIndicator>
    )
  return secretExpiresOn === undefined ? texts.profiles.expiresUnknown : dateOnly(secretExpiresOn)
}
