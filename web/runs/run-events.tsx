import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { When } from '../shared/words/times.tsx'
import type { Run } from './queries.ts'
import { texts } from './texts.ts'

/** Notable events. Most runs have none. */
export const RunEvents = ({ events }: { events: Run['events'] }) =>
  events.length > 0 && (
    <Container header={<Header variant="h2">{texts.run.events}</Header>}>
      <SpaceBetween size="xs">
        {events.map(({ at, code, detail, messageId }) => (
          <div key={`${at} ${code} ${messageId ?? ''} ${detail}`}>
            <When at={at} /> · {detail}{' '}
            {messageId !== undefined && <PageLink to={`/messages/${messageId}`}>Message</PageLink>}
          </div>
        ))}
      </SpaceBetween>
    </Container>
  )
