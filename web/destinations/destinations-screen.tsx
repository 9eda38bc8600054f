import Box from '@cloudscape-design/components/box'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useCanChange } from '../api/me.ts'
import { allDestinations, allQueues } from '../api/short-lists.ts'
import { PageButton } from '../shared/navigation/page-button.tsx'
import { Screen } from '../shared/screen.tsx'
import { ListTable } from '../shared/tables/list-table.tsx'
import { destinationColumns, phoneColumns } from './destination-columns.tsx'
import { kindNames, listTexts as texts } from './texts.ts'

const refreshEvery = 15_000

const DestinationsScreen = () => {
  const query = useQuery({ ...allDestinations, refetchInterval: refreshEvery })
  const queues = useQuery(allQueues)
  const canChange = useCanChange()
  const columns = useMemo(
    () => destinationColumns(new Map(queues.data?.map(({ queueId, name }) => [queueId, name]))),
    [queues.data],
  )
  const add = canChange && (
    <PageButton to="/destinations/new" variant="primary">
      {texts.add}
    </PageButton>
  )
  return (
    <Screen title={texts.title} description={texts.description}>
      <ListTable
        title={texts.title}
        query={query}
        columns={columns}
        narrowColumns={phoneColumns}
        idOf={({ destinationId }) => destinationId}
        textOf={({ name, kind, comment, webhook }) => [name, kindNames[kind], comment, webhook?.url ?? ''].join(' ')}
        filterName="filter"
        filterPlaceholder={texts.filter}
        sortedBy="name"
        actions={add}
        noMatch={texts.noMatch}
        empty={
          <>
            <Box variant="strong">{texts.none}</Box>
            <Box color="text-body-secondary">{texts.noneBecause}</Box>
            {add}
          </>
        }
      />
    </Screen>
  )
}

export default DestinationsScreen
