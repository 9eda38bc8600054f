/** Text of a log. It scrolls inside itself, so it must be reachable with the keyboard. */
export const LogText = ({ label, text }: { label: string; text: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
  <section className="log" aria-label={label} tabIndex={0}>
    <pre className="mono">{text}</pre>
  </section>
)
