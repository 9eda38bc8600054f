import * as z from 'zod'
import type { AlarmFacts } from '../aws/cloud.ts'
import { TemporarySubscriber } from '../aws/temporary-subscriber.ts'
import { isDenied } from '../report/reason-of-error.ts'
import { StepFailed, StepSkipped } from '../report/step-error.ts'
import type { Verification } from './verification.ts'

/** What CloudWatch publishes (Amazon CloudWatch User Guide, “Notifying users on alarm changes”). */
const noticeSchema = z.looseObject({ AlarmName: z.string(), NewStateValue: z.string() })

/** Lets one alarm go off and end. Everybody who receives alarms gets both notices, which say that this is a test. */
export const checkAlarm = async (verification: Verification): Promise<void> => {
  const { journal, mark } = verification
  const reason = `This is a test by npm run verify-deployment (${mark}). There is nothing to do.`
  const tested = await journal.step('alarm', async () => {
    const alarm = await chosenAlarm(verification)
    const subscriber = await subscribed(verification, alarm)
    await setState(verification, alarm, 'ALARM', reason)
    await noticeOf(verification, subscriber, alarm, 'ALARM')
    return { detail: `${alarm.name}, ${alarm.topicArn}`, value: { alarm, subscriber } }
  })
  if (tested === undefined) return
  const { alarm, subscriber } = tested
  await journal.step('alarm-over', async () => {
    await setState(verification, alarm, 'OK', reason)
    await noticeOf(verification, subscriber, alarm, 'OK')
    return { detail: `${alarm.name} is in the state OK again.`, value: true }
  })
}

const chosenAlarm = async ({ cloud, deployment }: Verification): Promise<AlarmFacts> => {
  const { stack } = deployment.collector
  const alarms = await cloud.alarms.list(stack)
  // An alarm that is on would not change its state, so nothing would be sent.
  const quiet = alarms.filter(({ state }) => state !== 'ALARM')
  const alarm = quiet.find(({ state }) => state === 'OK') ?? quiet[0]
  if (alarm !== undefined) return alarm
  throw alarms.length === 0
    ? new StepFailed(
        'alarms-silent',
        `No alarm of ${stack} notifies a topic in both directions.`,
        'Deploy without the context alarmTopicArn, or with the ARN of an existing topic.',
      )
    : new StepFailed('alarms-on', `All ${alarms.length} alarms of ${stack} are on.`, 'See docs/runbook.md.')
}

const subscribed = async (
  { cloud, cleanUp, mark }: Verification,
  { topicArn }: AlarmFacts,
): Promise<TemporarySubscriber> => {
  try {
    return await TemporarySubscriber.subscribe(cloud, cleanUp, { name: `postmaster-verify-${mark}-alarms`, topicArn })
  } catch (error) {
    if (!isDenied(error)) throw error
    throw new StepSkipped(
      'permission-missing',
      `Your AWS identity may not subscribe to ${topicArn}.`,
      'Allow sns:Subscribe on this topic, and run the command again.',
    )
  }
}

const setState = async (
  { cloud, cleanUp, deployment }: Verification,
  { name }: AlarmFacts,
  state: 'ALARM' | 'OK',
  reason: string,
): Promise<void> => {
  if (state === 'ALARM')
    cleanUp.add({
      what: `the state of the alarm ${name}`,
      command: () =>
        `aws cloudwatch set-alarm-state --region ${deployment.region} --alarm-name ${name} --state-value OK --state-reason 'end of a test'`,
      remove: async () => await cloud.alarms.set(name, 'OK', reason),
    })
  await cloud.alarms.set(name, state, reason)
}

const noticeOf = async (
  { limits, signal }: Verification,
  subscriber: TemporarySubscriber,
  { name, topicArn }: AlarmFacts,
  state: 'ALARM' | 'OK',
): Promise<void> => {
  const notice = await subscriber.waitFor((body) => (isNotice(body, name, state) ? body : undefined), {
    limit: limits.delivery,
    signal,
  })
  if (notice === undefined)
    throw new StepFailed(
      'alarm-not-heard',
      `The alarm ${name} changed to ${state}, and nothing arrived through ${topicArn}.`,
      'Check that the policy of the topic and the policy of its encryption key allow cloudwatch.amazonaws.com.',
    )
}

/** The topic also carries notices as readable text. */
const isNotice = (body: string, name: string, state: string): boolean => {
  if (!body.startsWith('{')) return false
  const { data } = noticeSchema.safeParse(JSON.parse(body))
  return data?.AlarmName === name && data.NewStateValue === state
}
