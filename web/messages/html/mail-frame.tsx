import { useEffect, useRef } from 'react'
import { htmlTexts } from '../texts.ts'
import type { TrustedHtml } from './trusted-html.ts'

/**
 * Shows a document in a frame that may do nothing: no scripts, no forms, no windows, no navigation of the page, and an
 * origin of its own. Mail is written for white paper, so the frame is white in the dark theme as well.
 */
export const MailFrame = ({ html }: { html: TrustedHtml }) => {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    // React would turn the trusted HTML into text, which the policy of the page refuses.
    if (frame.current) frame.current.srcdoc = html
  }, [html])
  return <iframe ref={frame} className="mail-frame" title={htmlTexts.frame} sandbox="" referrerPolicy="no-referrer" />
}
