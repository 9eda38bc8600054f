import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Route, Router, Switch, useLocation } from 'wouter'
import { queryClient } from './api/query-client.ts'
import { Layout } from './layout/layout.tsx'
import { SessionGate } from './layout/session-gate.tsx'
import SignedInScreen from './layout/signed-in-screen.tsx'
import { routes } from './routes.tsx'
import { signedInPath } from './session/sign-in-window.ts'
import { CrashGuard } from './shared/crash-guard.tsx'
import { FlashProvider } from './shared/flash.tsx'
import { LoadingScreen } from './shared/loading-screen.tsx'
import { NotFoundScreen } from './shared/not-found-screen.tsx'

export const App = () => (
  <I18nProvider locale="en" messages={[messages]}>
    <QueryClientProvider client={queryClient}>
      <FlashProvider>
        <Router base="/admin">
          <Switch>
            <Route path={signedInPath} component={SignedInScreen} />
            <Route>
              <SessionGate>
                <Layout>
                  <Screens />
                </Layout>
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
  return (
    <CrashGuard key={location}>
      <Suspense fallback={<LoadingScreen />}>
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
