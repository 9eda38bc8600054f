import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { allDestinations } from '../../api/short-lists.ts'
import { ConfirmDialog } from '../../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import { replayTexts } from '../texts.ts'

/** Hands a message over to a destination, for the first time or again. */
export const ReplayDialog = ({ messageId, onClose }: { messageId: string; onClose: () => void }) => {
  const [chosen, setChosen] = useState('')
  const destinations = useQuery(allDestinations)
  const queries = useQueryClient()
  const flash = useFlash()
  const options = (destinations.data ?? []).map(({ destinationId, name, validity }) => ({
    value: destinationId,
    label: name,
    tags: validity === 'valid' ? [] : ['not valid'],
  }))
  const replay = async () => {
    const params = { path: { messageId } }
    const request = api.POST('/messages/{messageId}/replay', { params, body: { destinationId: chosen } })
    const { deliveryId, destinationName } = await bodyOf(request)
    flash.success(
      <>
        {replayTexts.done(destinationName ?? chosen)}{' '}
        <PageLink to={`/deliveries/${deliveryId}`}>{replayTexts.show}</PageLink>
      </>,
    )
  }
  return (
    <ConfirmDialog
      title={replayTexts.title}
      confirm={replayTexts.confirm}
      disabled={chosen === ''}
      action={replay}
      onDone={() => {
        void queries.invalidateQueries({ queryKey: ['messages', messageId] })
        onClose()
      }}
      onCancel={onClose}
    >
      {replayTexts.help}
      <FormField label={replayTexts.destination}>
        <Select
          selectedOption={options.find(({ value }) => value === chosen) ?? null}
          onChange={({ detail }) => setChosen(detail.selectedOption.value ?? '')}
          options={options}
          placeholder={replayTexts.choose}
          statusType={destinations.isPending ? 'loading' : destinations.isError ? 'error' : 'finished'}
          loadingText="Loading the destinations …"
          errorText="The destinations could not be loaded."
          recoveryText="Try again"
          onLoadItems={() => destinations.isError && void destinations.refetch()}
          empty={replayTexts.none}
        />
      </FormField>
    </ConfirmDialog>
  )
}
