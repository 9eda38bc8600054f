import { endingConsentsOf } from '../ending-consents.ts'
import { allEndingSecrets } from '../ending-secrets.ts'
import { consentEndsNotice, secretEndsNotice } from './ending-notices.ts'
import type { Concern, NoticingServices } from './noticing-services.ts'

const dayLength = 24 * 60 * 60_000
/** In days. The first notice leaves time to find the person, and this one is the last before the end. */
const lastCall = 3

/** Finds the consents that end within 14 days. A consent that has ended has another notice. */
export const consentsThatEnd = async (services: NoticingServices): Promise<Concern[]> => {
  const { consents } = await services.overview.readSummaries()
  if (!consents || consents.accountIds.length === 0) return []
  const ending = await endingConsentsOf(services, consents.accountIds)
  return ending.flatMap((consent): Concern[] => {
    const { accountId, name, detail, at } = consent
    if (consent.state !== 'ends' || at === undefined) return []
    const stage = stageOf(at, services.now())
    return [{ id: accountId, stage, name, cause: detail, notice: () => consentEndsNotice({ ...consent, at }) }]
  })
}

/** Finds the client secrets that end within 14 days, and those that have expired. */
export const secretsThatEnd = async (services: NoticingServices): Promise<Concern[]> =>
  (await allEndingSecrets(services)).map((secret) => {
    const { profileId, name, expiresOn, state } = secret
    const stage = state === 'ended' ? 'ended' : stageOf(expiresOn, services.now())
    return { id: profileId, stage, name, notice: () => secretEndsNotice(secret) }
  })

/** @returns a new stage for each notice */
const stageOf = (end: string, now: Date): string =>
  Date.parse(end) - now.getTime() <= lastCall * dayLength ? 'last days' : 'two weeks'
