import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { When } from '../shared/words/times.tsx'
import { ProblemGroup } from './problem-group.tsx'
import type { Overview } from './queries.ts'
import { texts } from './texts.ts'

/** What needs a person now, the most urgent first. */
export const Problems = ({ overview }: { overview: Overview }) => {
  const { failing, consents, clientSecrets, quarantine, destinations, queues } = overview
  const lists = [failing, consents, clientSecrets, destinations, queues]
  const total = lists.reduce((sum, list) => sum + list.total, quarantine.total)
  return (
    <Container header={<Header variant="h2">{texts.problems}</Header>}>
      {total === 0 ? (
        <StatusIndicator>{texts.noProblems}</StatusIndicator>
      ) : (
        <SpaceBetween size="l">
          <ProblemGroup
            title={texts.failing(failing.total)}
            type="error"
            list={failing}
            moreTo="/accounts?show=problem"
            itemOf={({ accountId, name, failingSince, nextTryAt, detail, remedy }) => ({
              id: accountId,
              name,
              to: `/accounts/${accountId}`,
              detail,
              remedy,
              facts: (
                <>
                  {texts.since} <When at={failingSince} />
                  {nextTryAt !== undefined && (
                    <>
                      , {texts.nextTry} <When at={nextTryAt} />
                    </>
                  )}
                </>
              ),
            })}
          />
          <ProblemGroup
            title={texts.destinations(destinations.total)}
            type="error"
            list={destinations}
            moreTo="/destinations"
            itemOf={({ destinationId, name, detail, remedy, oldestWaitingAt }) => ({
              id: destinationId,
              name,
              to: `/destinations/${destinationId}`,
              detail,
              remedy,
              facts: oldestWaitingAt !== undefined && (
                <>
                  {texts.oldestWaiting} <When at={oldestWaitingAt} />
                </>
              ),
            })}
          />
          {quarantine.total > 0 && (
            <SpaceBetween size="xxs">
              <StatusIndicator type="warning">{texts.quarantine(quarantine.total)}</StatusIndicator>
              <Box>{texts.quarantineHelp(quarantine.messages, quarantine.deliveries)}</Box>
              <PageLink to="/quarantine">{texts.quarantineLink}</PageLink>
            </SpaceBetween>
          )}
          <ProblemGroup
            title={texts.consents(consents.total)}
            type="warning"
            list={consents}
            moreTo="/accounts?show=problem"
            itemOf={({ accountId, name, detail, remedy, at }) => ({
              id: accountId,
              name,
              to: `/accounts/${accountId}`,
              detail,
              remedy,
              facts: at !== undefined && <When at={at} />,
            })}
          />
          <ProblemGroup
            title={texts.clientSecrets(clientSecrets.total)}
            type="warning"
            list={clientSecrets}
            moreTo="/oauth2"
            itemOf={({ profileId, name, detail, remedy, expiresOn }) => ({
              id: profileId,
              name,
              to: '/oauth2',
              detail,
              remedy,
              facts: <When at={expiresOn} />,
            })}
          />
          <ProblemGroup
            title={queues.items[0]?.queueId === undefined ? texts.noDestination : texts.queues(queues.total)}
            type="warning"
            list={queues}
            moreTo="/queues"
            itemOf={({ queueId, name = texts.addDestination, detail, remedy }) => ({
              id: queueId ?? name,
              name,
              to: queueId === undefined ? '/destinations/new' : '/queues',
              detail,
              remedy,
            })}
          />
        </SpaceBetween>
      )}
    </Container>
  )
}
