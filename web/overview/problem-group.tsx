import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ReactNode } from 'react'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { onPage } from '../shared/words/reasons.ts'
import { texts } from './texts.ts'

interface ProblemItem {
  readonly id: string
  readonly name: string
  /** Where a person repairs it. */
  readonly to: string
  readonly detail: string
  readonly remedy: string
  readonly facts?: ReactNode
}

interface Problem {
  readonly code: string
  readonly detail: string
  readonly remedy: string
}

interface ProblemGroupProps<T extends Problem> {
  title: string
  type: 'error' | 'warning'
  list: { readonly total: number; readonly items: readonly T[] }
  /** Where the rest of the list is. */
  moreTo: string
  itemOf: (item: T) => ProblemItem
}

/** One kind of problem: how many there are, and for each of the most urgent what is wrong and what to do. */
export const ProblemGroup = <T extends Problem>({ title, type, list, moreTo, itemOf }: ProblemGroupProps<T>) =>
  list.total > 0 && (
    <SpaceBetween size="xs">
      <StatusIndicator type={type}>{title}</StatusIndicator>
      {list.items
        .map((item) => itemOf(onPage(item)))
        .map(({ id, name, to, detail, remedy, facts }) => (
          <div key={id}>
            <PageLink to={to}>{name}</PageLink>
            {facts && (
              <Box variant="span" color="text-body-secondary">
                {' · '}
                {facts}
              </Box>
            )}
            <Box>
              {detail} {remedy}
            </Box>
          </div>
        ))}
      {list.total > list.items.length && <PageLink to={moreTo}>{texts.more(list.total - list.items.length)}</PageLink>}
    </SpaceBetween>
  )
