import Button from '@cloudscape-design/components/button'
import { useMutation } from '@tanstack/react-query'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { accountsChanged } from '../queries.ts'
import type { AccountSummary } from '../summaries.ts'
import { fetchMany } from './fetch-many.ts'
import { texts } from './texts.ts'

interface FetchSelectedButtonProps {
  selected: readonly AccountSummary[]
  /** Called when the fetches have been requested. */
  onDone: () => void
}

export const FetchSelectedButton = ({ selected, onDone }: FetchSelectedButtonProps) => {
  const flash = useFlash()
  const valid = selected.filter(({ validity }) => validity === 'valid')
  const fetching = useMutation({
    mutationFn: () => fetchMany(valid),
    onSuccess: ({ requested, problems }) => {
      if (requested > 0) flash.success(texts.fetchRequested(requested))
      if (problems.length > 0) {
        flash.info(texts.notRequested(problems.length))
        flash.problem(problems[0])
      }
      accountsChanged()
      onDone()
    },
  })
  return (
    <Button
      disabled={valid.length === 0}
      disabledReason={selected.length === 0 ? texts.selectFirst : texts.onlyValid}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
    >
      {texts.fetchSelected(valid.length)}
    </Button>
  )
}
