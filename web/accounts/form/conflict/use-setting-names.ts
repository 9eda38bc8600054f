import { useQuery } from '@tanstack/react-query'
import { allProfiles, allQueues } from '../../../api/short-lists.ts'
import type { SettingNames } from './settings.ts'

/** The names of queues and profiles. Until they are loaded, the ids stand in for them. */
export const useSettingNames = (): SettingNames => {
  const queues = useQuery(allQueues).data
  const profiles = useQuery(allProfiles).data
  return {
    queue: (id) => queues?.find(({ queueId }) => queueId === id)?.name ?? id,
    profile: (id) => profiles?.find(({ profileId }) => profileId === id)?.name ?? id,
  }
}
