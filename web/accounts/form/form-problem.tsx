import Alert from '@cloudscape-design/components/alert'
import { asProblem } from '../../api/problems.ts'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { accountIdIn } from './taken-mailbox.ts'
import { outcome } from './texts.ts'

interface FormProblemProps {
  hasFieldErrors: boolean
  /** What belongs to no field. */
  thrown: unknown
}

/** Why the form was not saved, above its buttons. */
export const FormProblem = ({ hasFieldErrors, thrown }: FormProblemProps) => {
  if (thrown === undefined) return hasFieldErrors ? <Alert type="error">{outcome.checkFields}</Alert> : null
  const problem = asProblem(thrown)
  const other = problem.code === 'mailbox-taken' ? accountIdIn(problem.message) : undefined
  if (problem.code !== 'mailbox-taken') return <ProblemAlert thrown={thrown} />
  return (
    <Alert
      type="error"
      header={outcome.taken}
      action={other && <PageButton to={`/accounts/${other}`}>{outcome.openTaken}</PageButton>}
    >
      {outcome.takenRemedy}
    </Alert>
  )
}
