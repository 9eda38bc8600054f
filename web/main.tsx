import '@cloudscape-design/global-styles/index.css'
import './shared/kit.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { guardHistory } from './shared/forms/unsaved-changes.ts'
import { reloadOnceForNewDeployment } from './shared/new-deployment.ts'
import { applyStoredTheme } from './shared/theme.ts'

reloadOnceForNewDeployment()
applyStoredTheme()
guardHistory()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root".')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
