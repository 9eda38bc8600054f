import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import { lazy, Suspense } from 'react'
import { Loading } from '../shared/feedback/loading.tsx'
import type { Overview } from './queries.ts'
import { texts } from './texts.ts'

// The chart is the heaviest part of the start page and the least urgent one.
const MailChart = lazy(() => import('./mail-chart.tsx'))

export const MailByHour = ({ mail }: { mail: Overview['mail'] }) => (
  <Container
    header={
      <Header variant="h2" description={texts.mailTotal(mail.total)}>
        {texts.mail}
      </Header>
    }
  >
    {mail.total === 0 ? (
      <Box>{texts.noMail}</Box>
    ) : (
      <Suspense fallback={<Loading />}>
        <MailChart hours={mail.hours} />
      </Suspense>
    )}
  </Container>
)
