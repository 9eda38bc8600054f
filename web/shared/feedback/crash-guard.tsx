import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { Component, type ReactNode } from 'react'

/** Keeps a defect in one screen from emptying the whole page. */
export class CrashGuard extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false }

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true }
  }

  override render(): ReactNode {
    if (!this.state.crashed) return this.props.children
    return (
      <Alert
        type="error"
        header="This screen stopped because of a defect in Postmaster"
        action={<Button onClick={() => window.location.reload()}>Reload</Button>}
      >
        Reload the page. If it happens again, report what you did before.
      </Alert>
    )
  }
}
