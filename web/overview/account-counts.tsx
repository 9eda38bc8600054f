import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { PageLink } from '../shared/navigation/page-link.tsx'
import { number } from '../shared/words/numbers.ts'
import type { Overview } from './queries.ts'
import { texts } from './texts.ts'

const links: Readonly<Record<keyof typeof texts.counts, string>> = {
  total: '/accounts',
  failing: '/accounts?show=problem',
  awaitingConsent: '/accounts?show=problem',
  notCollected: '/accounts?show=invalid',
}

const kinds = Object.keys(links) as readonly (keyof typeof links)[]

export const AccountCounts = ({ accounts }: { accounts: NonNullable<Overview['accounts']> }) => (
  <Container
    header={
      <Header variant="h2" description={texts.countsAt}>
        {texts.accounts}
      </Header>
    }
  >
    <KeyValuePairs
      columns={4}
      items={kinds.map((kind) => ({
        label: texts.counts[kind],
        value: (
          <Box fontSize="heading-xl">
            <PageLink
              to={links[kind]}
              fontSize="inherit"
              ariaLabel={`${texts.counts[kind]}: ${number(accounts[kind])}`}
            >
              {number(accounts[kind])}
            </PageLink>
          </Box>
        ),
      }))}
    />
  </Container>
)
