import { api, bodyOf } from '../../api/client.ts'

/** Saves the raw mail as a file. */
export const downloadRawMail = async (messageId: string): Promise<void> => {
  const path = { messageId }
  open(await bodyOf(api.GET('/messages/{messageId}/raw', { params: { path, query: { as: 'link' } } })))
}

/** Saves an attachment as a file. */
export const downloadAttachment = async (messageId: string, index: string): Promise<void> => {
  const path = { messageId, index }
  open(await bodyOf(api.GET('/messages/{messageId}/attachments/{index}', { params: { path, query: { as: 'link' } } })))
}

/** The link always saves a file, so the screen stays. */
const open = ({ url }: { url: string }): void => window.location.assign(url)
