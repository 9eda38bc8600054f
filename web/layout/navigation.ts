interface NavigationEntry {
  readonly text: string
  readonly to: string
}

interface NavigationGroup {
  readonly heading?: string
  readonly entries: readonly NavigationEntry[]
}

/** The side navigation, from what people look at most to what they set up once. */
export const navigation: readonly NavigationGroup[] = [
  {
    entries: [
      { text: 'Overview', to: '/' },
      { text: 'Mail accounts', to: '/accounts' },
      { text: 'Messages', to: '/messages' },
      { text: 'Runs', to: '/runs' },
    ],
  },
  {
    heading: 'Hand-over',
    entries: [
      { text: 'Destinations', to: '/destinations' },
      { text: 'Deliveries', to: '/deliveries' },
      { text: 'Quarantine', to: '/quarantine' },
    ],
  },
  {
    heading: 'Set-up',
    entries: [
      { text: 'Queues and addresses', to: '/queues' },
      { text: 'OAuth2', to: '/oauth2' },
      { text: 'Audit', to: '/audit' },
    ],
  },
]
