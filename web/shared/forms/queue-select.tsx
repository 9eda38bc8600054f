import Select from '@cloudscape-design/components/select'
import { useQuery } from '@tanstack/react-query'
import { allQueues } from '../../api/short-lists.ts'

interface QueueSelectProps {
  queueId: string
  onChange: (queueId: string) => void
  /** Text of the choice of no queue, such as "All queues". Without it a queue must be chosen. */
  none?: string
  disabled?: boolean
  ariaLabel?: string
}

/** Chooses one of the queues. Queues that are not valid are offered last and say so. */
export const QueueSelect = ({ queueId, onChange, none, disabled = false, ariaLabel }: QueueSelectProps) => {
  const queues = useQuery(allQueues)
  const options = (queues.data ?? [])
    .toSorted((a, b) => Number(a.validity !== 'valid') - Number(b.validity !== 'valid'))
    .map((queue) => ({
      value: queue.queueId,
      label: queue.name,
      tags: queue.validity === 'valid' ? [] : ['not valid'],
    }))
  const all = none === undefined ? options : [{ value: '', label: none, tags: [] }, ...options]
  return (
    <Select
      selectedOption={
        all.find(({ value }) => value === queueId) ?? (queueId === '' ? null : { value: queueId, label: queueId })
      }
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      options={all}
      filteringType={options.length > 10 ? 'auto' : 'none'}
      placeholder="Choose a queue"
      statusType={queues.isPending ? 'loading' : queues.isError ? 'error' : 'finished'}
      loadingText="Loading the queues …"
      errorText="The queues could not be loaded."
      recoveryText="Try again"
      onLoadItems={() => queues.isError && void queues.refetch()}
      disabled={disabled}
      ariaLabel={ariaLabel}
    />
  )
}
