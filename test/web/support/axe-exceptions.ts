export interface AxeException {
  /** The id of axe's rule. */
  readonly rule: string
  /** Matches the element that violates the rule. */
  readonly selector: string
  readonly reason: string
}

/** Violations that the page cannot avoid. A test fails if one of them is no longer needed. */
export const axeExceptions: readonly AxeException[] = [
  {
    rule: 'aria-allowed-attr',
    selector: 'nav[class*="awsui_mobile-toolbar-nav"]',
    reason:
      'On phones, the toolbar of Cloudscape’s AppLayout has `aria-orientation`, which screen readers ignore there.',
  },
]
