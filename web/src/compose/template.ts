/** One language's words of a template; what is left out comes from the template itself. */
export interface Words {
  subject?: string
  preheader?: string
  body?: string
  text?: string | null
}

/** A template as it is written; what the form does not ask for is kept as it stands. */
export interface TemplateBody extends Words {
  name: string
  subject: string
  body: string
  language?: string
  languages?: Record<string, Words>
  defaults?: Record<string, string | number | boolean>
  [other: string]: unknown
}

/** The words in a language: of the template's own as they stand, of another what it says differently. */
export function wordsIn(template: TemplateBody, language: string): Words {
  return language === (template.language ?? 'en') ? template : (template.languages?.[language] ?? {})
}

/** The template with `words` changed in a language; what was emptied is left out. */
export function reworded(template: TemplateBody, language: string, words: Words): TemplateBody {
  if (language === (template.language ?? 'en')) return { ...template, ...words }
  const kept = Object.entries({ ...template.languages?.[language], ...words }).filter(([, value]) => value)
  return { ...template, languages: { ...template.languages, [language]: Object.fromEntries(kept) } }
}

/** A page to begin with: a heading, a paragraph and a button. */
export function begun(name: string, language: string, said: { subject: string; heading: string; text: string; button: string }): TemplateBody {
  const body = [
    '<mjml><mj-body background-color="#f6f8fa"><mj-section background-color="#ffffff"><mj-column>',
    `  <mj-text font-size="22px">${said.heading}</mj-text>`,
    `  <mj-text font-size="16px" line-height="24px">${said.text}</mj-text>`,
    `  <mj-button href="https://example.com">${said.button}</mj-button>`,
    '</mj-column></mj-section></mj-body></mjml>',
  ].join('\n')
  return { name, subject: said.subject, body, language }
}

/** `text` with `inserted` where the selection from `start` to `end` was. */
export function insertedAt(text: string, inserted: string, start: number, end: number): string {
  return text.slice(0, start) + inserted + text.slice(end)
}
