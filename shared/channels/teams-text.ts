/** What looks the same, or nearly, and formats nothing. Not all that shows cards honours a backslash. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  _: '＿',
  '~': '∼',
  '`': "'",
  '[': '［',
  ']': '］',
  '<': '‹',
  '>': '›',
};

/**
 * Writes text where an adaptive card reads Markdown, so that it is read as it is: no link, format, list or mention comes of it.
 *
 * @see Microsoft Teams "Format cards": what of Markdown a TextBlock and a FactSet know
 */
export function teamsText(text: string): string {
  return (
    text
      // Only one that can begin a format: names such as node_cpu_seconds stay what they are.
      .replaceAll(/(?<!\w)[*_~](?=\S)|[`<>[\]]/g, (sign) => LOOKALIKES[sign] ?? sign)
      // A heading, or a list, when a text begins with it.
      .replace(/^(?=[-+#]|\d+[.)] )/, '\u200B')
  );
}
