import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { ProblemAlert } from '../../../shared/feedback/problem-alert.tsx'
import { counted, number } from '../../../shared/words/numbers.ts'
import { type ConnectionTest, loginComesLater } from './run-test.ts'
import { TestSteps } from './test-steps.tsx'
import { folderTexts as texts } from './texts.ts'

interface FolderPickerProps {
  current: string
  read: () => Promise<ConnectionTest>
  onChoose: (folder: string) => void
  onCancel: () => void
}

/** Lets a person choose one of the folders of the mailbox. */
export const FolderPicker = ({ current, read, onChoose, onCancel }: FolderPickerProps) => {
  const [chosen, setChosen] = useState(current)
  // Each opening reads the folders afresh, because the login may have changed.
  const reading = useQuery({ queryKey: ['folders', useId()], queryFn: read, gcTime: 0, retry: false })
  const folders = reading.data?.folders
  const unselectable = reading.data?.unselectableFolders ?? []
  const canChoose = folders?.some(({ name }) => name === chosen) ?? false
  return (
    <Modal
      visible
      header={texts.title}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={onCancel}>
              {texts.cancel}
            </Button>
            <Button formAction="none" variant="primary" disabled={!canChoose} onClick={() => onChoose(chosen)}>
              {canChoose ? texts.use(chosen) : texts.choose}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {reading.isPending && <StatusIndicator type="loading">{texts.reading}</StatusIndicator>}
      {reading.isError && <ProblemAlert thrown={reading.error} onRetry={() => void reading.refetch()} />}
      {reading.data && !folders && <NoFolders test={reading.data} />}
      {folders && (
        <SpaceBetween size="s">
          <FolderTable folders={folders} chosen={chosen} onChoose={setChosen} />
          {unselectable.length > 0 && <Box color="text-body-secondary">{texts.notSelectable(unselectable)}</Box>}
        </SpaceBetween>
      )}
    </Modal>
  )
}

const NoFolders = ({ test }: { test: ConnectionTest }) => (
  <SpaceBetween size="s">
    <StatusIndicator type="warning">{loginComesLater(test) ? texts.noLogin : texts.failed}</StatusIndicator>
    {!loginComesLater(test) && <TestSteps test={test} />}
  </SpaceBetween>
)

interface FolderTableProps {
  folders: NonNullable<ConnectionTest['folders']>
  chosen: string
  onChoose: (folder: string) => void
}

const FolderTable = ({ folders, chosen, onChoose }: FolderTableProps) => {
  const [filter, setFilter] = useState('')
  const items = folders.filter(({ name }) => name.toLowerCase().includes(filter.trim().toLowerCase()))
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      selectionType="single"
      items={items}
      trackBy="name"
      selectedItems={items.filter(({ name }) => name === chosen)}
      onSelectionChange={({ detail: { selectedItems } }) => onChoose(selectedItems[0]?.name ?? chosen)}
      onRowClick={({ detail }) => onChoose(detail.item.name)}
      ariaLabels={{
        tableLabel: texts.title,
        selectionGroupLabel: texts.folder,
        itemSelectionLabel: (_selection, { name }) => name,
      }}
      filter={
        <TextFilter
          filteringText={filter}
          filteringPlaceholder={texts.filter}
          filteringAriaLabel={texts.filter}
          countText={filter === '' ? '' : counted(items.length, 'match', 'matches')}
          onChange={({ detail }) => setFilter(detail.filteringText)}
        />
      }
      empty={texts.noMatch}
      columnDefinitions={[
        { id: 'name', header: texts.folder, isRowHeader: true, cell: ({ name }) => name },
        {
          id: 'messages',
          header: texts.messages,
          cell: ({ messages }) => (messages === undefined ? texts.notCounted : number(messages)),
        },
      ]}
    />
  )
}
