import type { Notice } from '../../../../lib/notifications/notices.ts'
import { NoticeMarks } from '../../../../lib/overview/noticing/notice-marks.ts'
import { type NoticeTickServices, noticeTick } from '../../../../lib/overview/noticing/notice-tick.ts'
import { account } from '../../../support/account-rows.ts'
import { startOverviewWorld } from '../overview-world.ts'

export const made = '2026-11-23T01:00:00.000Z'
export const stamp = { version: 1, createdAt: made, createdBy: 'x', changedAt: made, changedBy: 'x' }

/** The stores of the overview, and the notices of each tick. */
export const startNoticingWorld = async () => {
  const world = await startOverviewWorld()
  const published: Notice[] = []
  const services: NoticeTickServices = {
    ...world.services,
    marks: new NoticeMarks(world.tables.table('overview')),
    notices: { publish: async (notice) => void published.push(notice) },
  }
  return {
    ...world,
    marks: services.marks,
    create: async (accountId: string, fields = {}) =>
      await world.services.accounts.create(account({ accountId, ...stamp, username: accountId, ...fields })),
    pass: (minutes: number) => {
      world.clock.now = new Date(world.clock.now.getTime() + minutes * 60_000)
    },
    /** @returns the report of a tick, and the notices that it sent */
    tick: async (changed: Partial<NoticeTickServices> = {}, mayGoOn = () => true) => {
      published.length = 0
      const report = await noticeTick({ ...services, ...changed }, mayGoOn)
      return { report, notices: [...published] }
    },
    /** @returns the notices of a tick without an error, as `<kind> <subject>` */
    told: async (): Promise<string[]> => {
      published.length = 0
      const { errors } = await noticeTick(services, () => true)
      if (errors.length > 0) throw errors[0]
      return published.map(({ kind, subject }) => `${kind} ${subject.replace('Postmaster: ', '')}`)
    },
  }
}
export type NoticingWorld = Awaited<ReturnType<typeof startNoticingWorld>>
