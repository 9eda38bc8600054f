import Button from '@cloudscape-design/components/button'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { useFlash } from '../shared/feedback/flash.tsx'
import { stateTexts as texts } from './texts.ts'

/**
 * Tries a failing destination at once. The API does that when one of its deliveries is retried.
 * @returns whether a delivery waits
 */
const tryNow = async (destinationId: string): Promise<boolean> => {
  const query = { destinationId, state: 'open' as const, limit: 100 }
  const { items } = await bodyOf(api.GET('/deliveries', { params: { query } }))
  // The oldest comes first anyway. A retry of one in doubt could create a second ticket.
  const first = items.filter(({ state }) => state === 'pending' || state === 'waiting').at(-1)
  if (!first) return false
  const path = { deliveryId: first.deliveryId }
  await bodyOf(api.POST('/deliveries/{deliveryId}/retry', { params: { path } }))
  return true
}

export const TryNowButton = ({ destinationId }: { destinationId: string }) => {
  const flash = useFlash()
  const queries = useQueryClient()
  const trying = useMutation({
    mutationFn: () => tryNow(destinationId),
    onSuccess: (tried) => {
      flash.info(tried ? texts.triesNow : texts.nothingToTry)
      void queries.invalidateQueries({ queryKey: ['destinations'] })
      void queries.invalidateQueries({ queryKey: ['deliveries'] })
    },
    onError: flash.problem,
  })
  return (
    <Button loading={trying.isPending} onClick={() => trying.mutate()}>
      {texts.tryNow}
    </Button>
  )
}
