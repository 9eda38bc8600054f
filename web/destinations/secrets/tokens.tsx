import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '../../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { useShownColumns } from '../../shared/tables/shown-columns.ts'
import { When } from '../../shared/words/times.tsx'
import type { Destination, Token } from '../destination.ts'
import { revokeToken, tokensQuery } from '../queries.ts'
import { tokenTexts as texts } from '../texts.ts'
import { NewTokenDialog } from './new-token-dialog.tsx'

/** The tokens of a destination. Their texts are not shown, because only their hashes are stored. */
export const Tokens = ({ destination, canChange }: { destination: Destination; canChange: boolean }) => {
  const { destinationId, kind } = destination
  const tokens = useQuery(tokensQuery(destinationId))
  const queries = useQueryClient()
  const flash = useFlash()
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Token>()
  const columns = useShownColumns([...tokenColumns, ...(canChange ? [revokeColumn(setRevoking)] : [])], onPhones)
  const settle = () => {
    setCreating(false)
    setRevoking(undefined)
    void queries.invalidateQueries({ queryKey: ['destinations'] })
  }
  return (
    <>
      {tokens.isError && <ProblemAlert thrown={tokens.error} onRetry={() => void tokens.refetch()} />}
      <Table
        ariaLabels={{ tableLabel: texts.title }}
        header={
          <Header
            variant="h2"
            description={texts.description[kind]}
            actions={canChange && <Button onClick={() => setCreating(true)}>{texts.create}</Button>}
          >
            {texts.title}
          </Header>
        }
        columnDefinitions={columns}
        items={tokens.data ?? []}
        loading={tokens.isPending}
        loadingText="Loading …"
        trackBy="tokenId"
        wrapLines
        empty={<Box textAlign="center">{texts.none}</Box>}
      />
      {creating && <NewTokenDialog destinationId={destinationId} onClose={settle} />}
      {revoking && (
        <ConfirmDialog
          title={texts.revokeTitle(revoking.comment || texts.noComment)}
          confirm={texts.revoke}
          action={() => revokeToken(destinationId, revoking.tokenId)}
          onDone={() => {
            flash.success(texts.revoked)
            settle()
          }}
          onCancel={() => setRevoking(undefined)}
        >
          {texts.revokeText}
        </ConfirmDialog>
      )}
    </>
  )
}

type Column = TableProps.ColumnDefinition<Token>

const tokenColumns: readonly Column[] = [
  {
    id: 'comment',
    header: texts.columns.comment,
    cell: ({ comment }) => comment || texts.noComment,
    isRowHeader: true,
  },
  { id: 'created', header: texts.columns.created, cell: ({ createdAt }) => <When at={createdAt} /> },
  { id: 'used', header: texts.columns.used, cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
  { id: 'host', header: texts.columns.host, cell: ({ agent }) => agent?.host ?? '–' },
]

const onPhones: readonly string[] = ['comment', 'used', 'revoke']

const revokeColumn = (onRevoke: (token: Token) => void): Column => ({
  id: 'revoke',
  header: texts.columns.actions,
  cell: (token) => (
    <Button
      variant="inline-link"
      ariaLabel={`${texts.revoke}: ${token.comment || texts.noComment}`}
      onClick={() => onRevoke(token)}
    >
      {texts.revoke}
    </Button>
  ),
})
