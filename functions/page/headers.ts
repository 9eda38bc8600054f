import { securityHeaders } from '../shared/page/security-headers.ts'

/**
 * What the admin page may do. It loads everything from its own origin, and it has no inline scripts or styles.
 *
 * The only document that it shows in a frame is the HTML of a message, through `srcdoc`. Such a frame inherits this
 * policy, so even markup that the sanitiser missed can load nothing and run nothing. `frame-src` does not apply to
 * `srcdoc`. Trusted Types allow HTML in text form only through the policy `mail-frame`, which the page uses for this
 * frame.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types mail-frame',
].join('; ')

/** The page needs none of these. `clipboard-write` is not listed, because the page copies links. */
const unusedFeatures = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

export const headers: Readonly<Record<string, string>> = {
  ...securityHeaders(contentSecurityPolicy),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': unusedFeatures.map((feature) => `${feature}=()`).join(', '),
  'x-robots-tag': 'noindex, nofollow',
}
