import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { deliveryColumns, onPhones } from '../deliveries/delivery-columns.tsx'
import { latestDeliveriesQuery } from '../deliveries/queries.ts'
import { ProblemAlert } from '../shared/feedback/problem-alert.tsx'
import { PageButton } from '../shared/navigation/page-button.tsx'
import { useShownColumns } from '../shared/tables/shown-columns.ts'
import { deliveriesPath } from './destination.ts'
import { pageTexts as texts } from './texts.ts'

const columns = deliveryColumns.filter(({ id }) => id !== 'destination')

/** The latest deliveries of a destination, and the ways to all of them. */
export const LatestDeliveries = ({ destinationId }: { destinationId: string }) => {
  const deliveries = useQuery(latestDeliveriesQuery(destinationId))
  return (
    <>
      {deliveries.isError && <ProblemAlert thrown={deliveries.error} onRetry={() => void deliveries.refetch()} />}
      <Table
        ariaLabels={{ tableLabel: texts.deliveries }}
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <PageButton to={deliveriesPath(destinationId, 'open')}>{texts.openDeliveries}</PageButton>
                <PageButton to={deliveriesPath(destinationId, 'quarantined')}>{texts.quarantinedDeliveries}</PageButton>
                <PageButton to={deliveriesPath(destinationId)}>{texts.allDeliveries}</PageButton>
              </SpaceBetween>
            }
          >
            {texts.deliveries}
          </Header>
        }
        columnDefinitions={useShownColumns(columns, onPhones)}
        items={deliveries.data ?? []}
        loading={deliveries.isPending}
        loadingText="Loading …"
        trackBy="deliveryId"
        wrapLines
        empty={<Box textAlign="center">{texts.noDeliveries}</Box>}
      />
    </>
  )
}
