import { api, bodyOf } from '../api/client.ts'

/** Lets the browser save a stored mail. The link is valid for a few minutes and needs no token. */
export const downloadRaw = async (messageId: string): Promise<void> => {
  const params = { path: { messageId }, query: { as: 'link' as const } }
  const { url } = await bodyOf(api.GET('/messages/{messageId}/raw', { params }))
  window.location.assign(url)
}
