import { profileAnswerSchema, queueAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import type { ProfileReference, QueueReference } from './described-account.ts'

/** The queues and profiles that a file can refer to. */
export interface Known {
  readonly queues: readonly QueueReference[]
  readonly profiles: readonly ProfileReference[]
}

export const knownTo = async (api: ApiClient): Promise<Known> => {
  const queues = await api.all('/queues?limit=100', queueAnswerSchema)
  const profiles = await api.all('/oauth2/profiles?limit=100', profileAnswerSchema)
  return {
    queues: queues.map(({ queueId, name }) => ({ queueId, name })),
    profiles: profiles.map(({ profileId, name }) => ({ profileId, name })),
  }
}
