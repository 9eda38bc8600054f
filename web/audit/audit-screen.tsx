import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCanChange } from '../api/me.ts'
import { SelectField } from '../shared/filters/select-field.tsx'
import { useAddressState, useAddressText } from '../shared/navigation/address-state.ts'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { Screen } from '../shared/screen.tsx'
import { PagedTable } from '../shared/tables/paged-table.tsx'
import { When } from '../shared/words/times.tsx'
import { ChangeList } from './change-list.tsx'
import { type AuditEntry, auditQuery } from './queries.ts'
import { screenOf } from './subject-path.ts'
import { texts } from './texts.ts'

const day = 86_400_000
const ages: Readonly<Record<string, number>> = { day, week: 7 * day, month: 31 * day }

const outcomes: Readonly<Record<AuditEntry['outcome'], StatusIndicatorProps.Type>> = {
  made: 'success',
  'not-made': 'stopped',
  unconfirmed: 'warning',
}

const columns: readonly TableProps.ColumnDefinition<AuditEntry>[] = [
  { id: 'at', header: texts.columns.at, cell: ({ at }) => <When at={at} />, isRowHeader: true, minWidth: 110 },
  { id: 'who', header: texts.columns.who, cell: ({ who }) => who },
  { id: 'action', header: texts.columns.action, cell: ({ action }) => texts.actions[action], minWidth: 110 },
  { id: 'subject', header: texts.columns.subject, cell: (entry) => <Subject entry={entry} /> },
  { id: 'changes', header: texts.columns.changes, cell: ({ changes }) => <ChangeList changes={changes} /> },
  {
    id: 'outcome',
    header: texts.columns.outcome,
    cell: ({ outcome }) => (
      <span title={texts.outcomeHelp[outcome]}>
        <StatusIndicator type={outcomes[outcome]}>{texts.outcomes[outcome]}</StatusIndicator>
      </span>
    ),
  },
]

const Subject = ({ entry: { subject, name, action } }: { entry: AuditEntry }) => {
  const screen = action === 'delete' ? undefined : screenOf(subject)
  return screen === undefined ? name : <PageLink to={screen}>{name}</PageLink>
}

const AuditScreen = () => {
  const isAdmin = useCanChange()
  return (
    <Screen title={texts.title} description={texts.description}>
      {isAdmin ? <Trail /> : <Alert>{texts.reader}</Alert>}
    </Screen>
  )
}

const Trail = () => {
  const [who, setWho] = useAddressText('who')
  const [subject, setSubject] = useAddressText('subject')
  const [storedWho] = useAddressState('who')
  const [storedSubject] = useAddressState('subject')
  const [time, setTime] = useAddressState('time')
  const entries = useInfiniteQuery(
    auditQuery({
      who: storedWho === '' ? undefined : storedWho,
      subject: storedSubject === '' ? undefined : storedSubject,
      since: ages[time],
    }),
  )
  return (
    <PagedTable
      title={texts.title}
      query={entries}
      columns={columns}
      narrowColumns={['at', 'action', 'subject']}
      idOf={({ entryId }) => entryId}
      empty={storedWho === '' && storedSubject === '' && time === '' ? texts.empty : texts.noMatch}
      filter={
        <SpaceBetween direction="horizontal" size="xs">
          <TextFilter
            filteringText={who}
            onChange={({ detail }) => setWho(detail.filteringText)}
            filteringPlaceholder={texts.filterWho}
            filteringAriaLabel={texts.who}
          />
          <TextFilter
            filteringText={subject}
            onChange={({ detail }) => setSubject(detail.filteringText)}
            filteringPlaceholder={texts.filterSubject}
            filteringAriaLabel={texts.subject}
          />
          <SelectField label={texts.time} options={texts.times} value={time} onChange={setTime} />
        </SpaceBetween>
      }
    />
  )
}

export default AuditScreen
