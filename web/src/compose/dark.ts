/** A message as a mail program shows it in the dark: rules for the dark hold, those for the light do not. */
export function inTheDark(html: string): string {
  return html
    .replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi, '(min-width: 0)')
    .replace(/\(\s*prefers-color-scheme\s*:\s*light\s*\)/gi, '(max-width: 0)')
}
