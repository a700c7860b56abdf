const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** What looks the same, or nearly, and formats nothing. Slack knows no escape for these. */
const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼' };

/**
 * Writes text into Slack's mrkdwn so that it is read as it is: no mention, link, format or emoji comes of it.
 *
 * @param maxLength - most UTF-16 code units after escaping; what is longer ends with "…"
 * @see Slack "Formatting text for app surfaces": the three characters to escape
 */
export function slackText(text: string, maxLength: number): string {
  const harmless = text
    .replaceAll('`', "'")
    // Only one that can begin a format: names such as node_cpu_seconds stay what they are.
    .replaceAll(/(?<!\w)[*_~](?=\S)/g, (sign) => LOOKALIKES[sign] ?? sign)
    // An emoji's name has a letter, a time such as 10:00:00 has none.
    .replaceAll(/:(?=[\w+-]*[a-z][\w+-]*:)/gi, '∶');
  return slackLiteral(harmless, maxLength);
}

/** Escapes text that stands in a code block. Bounds as `slackText`. */
export function slackLiteral(text: string, maxLength: number): string {
  let escaped = '';
  for (const character of text) {
    const next = ENTITIES[character] ?? character;
    // The ellipsis needs room unless this is the end.
    if (escaped.length + next.length > maxLength - 1) return withEnd(escaped, text, maxLength);
    escaped += next;
  }
  return escaped;
}

/** The whole when the last character still fits; else what there is so far. */
function withEnd(escaped: string, text: string, maxLength: number): string {
  const whole = text.replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
  return whole.length <= maxLength ? whole : `${escaped}…`;
}
