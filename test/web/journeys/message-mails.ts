import { mail } from '../../lib/messages/view/sample-mails.ts'

/** A mail that asks for another queue than the one that its recipient leads to. */
export const wantsAnotherQueue = mail(
  'From: Jane Doe <jane@example.org>',
  'To: support@example.com',
  'Subject: Printer on fire',
  'Message-ID: <fire@example.org>',
  'X-OTOBO-Queue: Sales',
  '',
  'It burns. See https://example.org/fire for a photo.',
)

export const numberedMail = (number: number): Buffer =>
  mail(
    `From: Sender ${number} <sender${number}@example.org>`,
    'To: support@example.com',
    `Subject: Report number ${number}`,
    '',
    `Text ${number}`,
  )

/**
 * HTML that tries everything that mail is known to try. Each attempt would request a path of the tracker, leave the
 * page, or write to the console.
 */
export const hostileHtml = (tracker: string): string => `
<base href="${tracker}/base/">
<meta http-equiv="refresh" content="0;url=${tracker}/refresh">
<link rel="stylesheet" href="${tracker}/style.css">
<style>@import "${tracker}/import.css"; body { background: url(${tracker}/css-body) }</style>
<script src="${tracker}/script.js"></script>
<script>console.log('ran: script'); fetch('${tracker}/fetch')</script>
<p onclick="console.log('ran: onclick')" onmouseover="console.log('ran: onmouseover')"
  style="background-image: url('${tracker}/css-inline')">Dear customer</p>
<img src="${tracker}/pixel.gif" alt="Our logo" onerror="console.log('ran: onerror')">
<img srcset="${tracker}/srcset.gif 2x" src="${tracker}/pixel2.gif" onload="console.log('ran: onload')">
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='console.log(1)'></svg>">
<svg onload="console.log('ran: svg')"><image href="${tracker}/svg-image"/><script>console.log('ran: svg script')</script></svg>
<math><mtext><img src=x onerror="console.log('ran: math')"></mtext></math>
<table background="${tracker}/table-background"><tr><td background="${tracker}/cell">Cell</td></tr></table>
<video src="${tracker}/video" poster="${tracker}/poster" autoplay></video><audio src="${tracker}/audio"></audio>
<iframe src="${tracker}/frame" srcdoc="<script>console.log('ran: frame')</script>"></iframe>
<object data="${tracker}/object"></object><embed src="${tracker}/embed">
<form action="${tracker}/form"><input name="password"><button>Sign in</button></form>
<a href="javascript:console.log('ran: link')">Click here</a>
<a href="${tracker}/link" target="_top" ping="${tracker}/ping">https://bank.example</a>
<a href="relative">Relative</a>`

export const hostileMail = (tracker: string): Buffer =>
  mail(
    'From: "Your bank" <bank@example.org>',
    'To: support@example.com',
    'Subject: Confirm your password',
    'Content-Type: text/html; charset=utf-8',
    '',
    hostileHtml(tracker),
  )
