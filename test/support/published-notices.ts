import type { ServiceCall } from '../../local/start-local.ts'

/** Records the notices that the functions of a stack publish. Pass `onServiceCall` to `startStack`. */
export class PublishedNotices {
  #subjects: string[] = []

  readonly onServiceCall = ({ service, body }: ServiceCall): void => {
    if (service !== 'messaging') return
    const fields = new URLSearchParams(body.toString())
    const isNotice = fields.get('Action') === 'Publish' && fields.get('TopicArn')?.includes('Notices')
    if (isNotice) this.#subjects.push(fields.get('Subject') ?? '')
  }

  /** @returns the subjects of the notices since the last call */
  take(): string[] {
    return this.#subjects.splice(0)
  }
}
