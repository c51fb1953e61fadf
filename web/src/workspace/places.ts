import { language } from '../app/words'

export type Place = 'country' | 'currency' | 'timezone'
/** Where the codes to choose from stand, by what is chosen. */
export const PLACES = { country: 'countries', currency: 'currencies', timezone: 'timezones' } as const

type Kind = 'region' | 'currency'

const NAMED: Record<Place, Kind | null> = { country: 'region', currency: 'currency', timezone: null }

/** Codes as choices, with the name that the browser has for each in the language of the page, by name. */
export function choicesOf(place: Place, codes: readonly string[]): { value: string; label: string }[] {
  const tag = language() === 'zh' ? 'zh-CN' : 'en'
  const kind = NAMED[place]
  const names = kind && new Intl.DisplayNames(tag, { type: kind })
  const called = (code: string) => {
    const name = names?.of(code)
    return name && name !== code ? `${name} (${code})` : code.replaceAll('_', ' ')
  }
  const order = new Intl.Collator(tag)
  return codes
    .map((value) => ({ value, label: called(value) }))
    .sort((one, other) => order.compare(one.label, other.label))
}
