import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { asProblem } from '../../api/problems.ts'

/** What went wrong and what to do about it. */
export const ProblemAlert = ({ thrown, onRetry }: { thrown: unknown; onRetry?: () => void }) => {
  const problem = asProblem(thrown)
  return (
    <Alert type="error" header={problem.message} action={onRetry && <Button onClick={onRetry}>Try again</Button>}>
      {problem.remedy}
      {problem.requestId && problem.status >= 500 && <div className="mono">Request {problem.requestId}</div>}
    </Alert>
  )
}
