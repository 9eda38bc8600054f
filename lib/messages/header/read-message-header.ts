import { headerBlockLimit, type ReadMessageHeader } from '../message-header.ts'
import { controlHeadersOf, isLoop } from './control-headers.ts'
import { rememberedAddresses } from './field-values.ts'
import { headerFieldsOf } from './header-fields.ts'
import { headerSummaryOf } from './header-summary.ts'
import { recipientsOf } from './recipients.ts'

export { headerBlockOf } from './header-fields.ts'

/**
 * Never throws, because the content of a header must not decide whether a message is kept. The limit of the block
 * bounds time and memory. If the header is longer, `truncated` contains `headerBlock`, and control headers after the
 * limit are not found.
 */
export const readMessageHeader: ReadMessageHeader = (headerBlock, prefix) => {
  try {
    const lowerPrefix = prefix.toLowerCase()
    const block = headerBlock.subarray(0, headerBlockLimit)
    const fields = headerFieldsOf(block, lowerPrefix)
    if (fields.length === 0) return undefined
    const addressesOf = rememberedAddresses()
    const { truncated, ...summary } = headerSummaryOf(fields, addressesOf)
    const { recipients, cut: recipientsCut } = recipientsOf(fields, addressesOf)
    const { controlHeaders, cut: controlCut } = controlHeadersOf(fields, lowerPrefix)
    if (recipientsCut) truncated.push('recipients')
    if (controlCut) truncated.push('controlHeaders')
    if (block.length === headerBlockLimit) truncated.push('headerBlock')
    return { ...summary, recipients, controlHeaders, loop: isLoop(fields, lowerPrefix), truncated }
  } catch {
    // This is a defect in a third-party parser. The message becomes `unparsed`, which is the right outcome for every
    // unreadable header.
    return undefined
  }
}
