import { hasPassed, type Outcome } from './report/outcome.ts'
import { Interrupted } from './report/step-error.ts'
import { checkAdmin, checkDeployment, checkReader, checkStrangers } from './steps/access.ts'
import { checkAlarm } from './steps/alarm.ts'
import { checkMail } from './steps/mail.ts'
import { checkPage, checkSignIn } from './steps/page.ts'
import { checkRoles } from './steps/roles.ts'
import { checkFailedWork, checkSchedule } from './steps/schedule.ts'
import type { Verification } from './steps/verification.ts'

/** Tries a deployment step by step, and removes everything that it has created, whatever happens. */
export const verifyDeployment = async (verification: Verification): Promise<Outcome> => {
  const { deployment, journal, cleanUp, mark, now } = verification
  const startedAt = now()
  let leftovers: Outcome['leftovers']
  try {
    await checkEverything(verification)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  } finally {
    leftovers = await cleanUp.run()
  }
  const steps = journal.results()
  return {
    passed: hasPassed(steps, leftovers),
    startedAt: startedAt.toISOString(),
    seconds: (now().getTime() - startedAt.getTime()) / 1000,
    deployment: {
      accountId: deployment.accountId,
      region: deployment.region,
      apiUrl: deployment.collector.outputs.ApiUrl,
      stacks: [deployment.stateful.stack, deployment.collector.stack],
    },
    mark,
    steps,
    leftovers,
    remains: remainsOf(steps, mark),
  }
}

const checkEverything = async (verification: Verification): Promise<void> => {
  // Nothing is created in an AWS account that is not the one of the deployment.
  if (!(await checkDeployment(verification))) return
  await checkStrangers(verification)
  const isAdmin = await checkAdmin(verification)
  await checkReader(verification)
  await checkPage(verification)
  await checkSignIn(verification)
  await checkRoles(verification)
  if (isAdmin) {
    await checkMail(verification)
    await checkSchedule(verification)
  }
  await checkFailedWork(verification)
  await checkAlarm(verification)
}

/** Postmaster never forgets a message, so that it is not imported twice. The clean-up has erased its content. */
const remainsOf = (steps: Outcome['steps'], mark: string): string[] =>
  steps.some(({ id, state }) => id === 'fetch' && state === 'passed')
    ? [`The record that the test mail existed remains, in the queue verify-${mark}.`]
    : []
