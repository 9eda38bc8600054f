import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useEffect } from 'react'
import { Route, Router, Switch, useLocation, useSearch } from 'wouter'
import { queryClient } from './api/query-client.ts'
import { Layout } from './layout/layout.tsx'
import { SessionGate } from './layout/session-gate.tsx'
import SignedInScreen from './layout/signed-in-screen.tsx'
import { routes } from './routes.tsx'
import { signedInPath } from './session/sign-in-window.ts'
import { CrashGuard } from './shared/feedback/crash-guard.tsx'
import { FlashProvider } from './shared/feedback/flash.tsx'
import { Loading } from './shared/feedback/loading.tsx'
import { LeaveDialog } from './shared/forms/leave-dialog.tsx'
import { guardNavigation } from './shared/forms/unsaved-changes.ts'
import { rememberAddress } from './shared/navigation/last-address.ts'
import { NotFoundScreen } from './shared/not-found-screen.tsx'

export const App = () => (
  <I18nProvider locale="en" messages={[messages]}>
    <QueryClientProvider client={queryClient}>
      <FlashProvider>
        <Router base="/admin" aroundNav={guardNavigation}>
          <Switch>
            <Route path={signedInPath} component={SignedInScreen} />
            <Route>
              <SessionGate>
                <Layout>
                  <Screens />
                </Layout>
                <LeaveDialog />
              </SessionGate>
            </Route>
          </Switch>
        </Router>
      </FlashProvider>
    </QueryClientProvider>
  </I18nProvider>
)

const Screens = () => {
  const [location] = useLocation()
  const query = useSearch()
  useEffect(() => rememberAddress(location, query), [location, query])
  return (
    <CrashGuard key={location}>
      <Suspense fallback={<Loading />}>
        <Switch>
          {routes.map(({ path, screen }) => (
            <Route key={path} path={path} component={screen} />
          ))}
          <Route component={NotFoundScreen} />
        </Switch>
      </Suspense>
    </CrashGuard>
  )
}
