import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useFilters } from '../shared/filters/use-filters.ts'
import { Screen } from '../shared/screen.tsx'
import { PagedTable } from '../shared/tables/paged-table.tsx'
import { deliveryColumns, onPhones } from './delivery-columns.tsx'
import { FilterBar } from './list/filter-bar.tsx'
import { filtersOf, isFiltered, noFilters, withFilters } from './list/filters.ts'
import { deliveryList } from './queries.ts'
import { listTexts as texts } from './texts.ts'

const DeliveriesScreen = () => {
  const [filters, change] = useFilters({ filtersOf, withFilters })
  const list = useInfiniteQuery(deliveryList(filters))
  return (
    <Screen title={texts.title} description={texts.description}>
      <PagedTable
        title={texts.title}
        query={list}
        columns={deliveryColumns}
        narrowColumns={onPhones}
        idOf={({ deliveryId }) => deliveryId}
        filter={<FilterBar filters={filters} onChange={change} />}
        actions={
          <Button iconName="refresh" loading={list.isRefetching} onClick={() => void list.refetch()}>
            {texts.refresh}
          </Button>
        }
        empty={
          isFiltered(filters) ? (
            <>
              <Box variant="strong">{texts.noMatch}</Box>
              <Button onClick={() => change(noFilters)}>{texts.clear}</Button>
            </>
          ) : (
            <>
              <Box variant="strong">{texts.none}</Box>
              <span>{texts.noneBecause}</span>
            </>
          )
        }
      />
    </Screen>
  )
}

export default DeliveriesScreen
