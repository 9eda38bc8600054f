import { decodeTime } from 'ulid'
import { plain } from '../../terminal/text.ts'
import { accountNameOf, type RunAnswer, runAnswerSchema } from '../answers.ts'
import type { ApiClient } from '../client.ts'
import { queryOf } from '../listing.ts'
import { choose, isPartOf, type Kind } from './choose.ts'
import { newestMatching, notAmongNewest } from './ids.ts'

const kind: Kind = { singular: 'run', plural: 'runs' }

/** Requested runs have a ULID, and runs of the schedule have 26 hexadecimal digits. */
const fullId = /^[0-9A-Z]{26}$/i

/**
 * @param text a part of an id, or a full id, which is not looked up
 * @throws CliError that lists the candidates, or says how far the runs were searched
 */
export const runIdOf = async (api: ApiClient, text: string): Promise<string> => {
  if (fullId.test(text)) return text
  const time = timeOf(text)
  const found = [...(time ? await matching(api, text, time) : [])]
  // Without a time in the part, only the newest runs can be compared.
  if (found.length === 0) found.push(...(await matching(api, text, {})))
  if (found.length === 0)
    return notAmongNewest('run', plain(text), 'See `postmaster runs list`. An older run needs its full id.')
  return choose(
    found.map((run) => ({ id: run.runId, names: [`${accountNameOf(run)}, ${run.askedAt}`] })),
    text,
    kind,
  ).id
}

const matching = (api: ApiClient, text: string, time: Readonly<Record<string, string>>): Promise<RunAnswer[]> =>
  newestMatching(
    api.list(`/runs?${queryOf({ limit: '100', ...time })}`, runAnswerSchema),
    ({ runId }) => isPartOf(text, runId),
    false,
  )

/** Milliseconds. The id is made shortly before or after the time that the API compares. */
const tolerance = 60_000

/** @returns the period in which runs have a ULID with this beginning, if it is shorter than about a day */
const timeOf = (text: string): { from: string; to: string } | undefined => {
  const [start = ''] = text.toUpperCase().split('…')
  if (!/^0[0-9A-HJKMNP-TV-Z]{4,}$/.test(start)) return undefined
  const at = (padding: string) => decodeTime(start.slice(0, 10).padEnd(10, padding) + '0'.repeat(16))
  return {
    from: new Date(at('0') - tolerance).toISOString(),
    to: new Date(at('Z') + tolerance).toISOString(),
  }
}
