import { language } from './words'

const tag = () => (language() === 'zh' ? 'zh-CN' : 'en')

let zone: string | undefined

/** Instants are told by the clock of the business, wherever somebody reads them, as reports and the command line do. */
export function holdZone(of: string): void {
  zone = of
}

/** A format is made once a language and zone: making one costs more than a hundred uses of it, and a table has hundreds of cells. */
function made<Format>(make: (tag: string) => Format): () => Format {
  const kept = new Map<string, Format>()
  return () => {
    const spoken = tag()
    const of = `${spoken} ${zone ?? ''}`
    const found = kept.get(of) ?? make(spoken)
    kept.set(of, found)
    return found
  }
}

const WHOLE = made((spoken) => new Intl.NumberFormat(spoken))
const SHARE = made((spoken) => new Intl.NumberFormat(spoken, { style: 'percent', maximumFractionDigits: 1 }))
const DECIMAL = made((spoken) => new Intl.NumberFormat(spoken, { maximumFractionDigits: 2 }))
const POINTS = made(
  (spoken) => new Intl.NumberFormat(spoken, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
)
const INSTANT = made((spoken) => new Intl.DateTimeFormat(spoken, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }))
const DAY = made((spoken) => new Intl.DateTimeFormat(spoken, { dateStyle: 'medium', timeZone: zone }))
const DATE = made((spoken) => new Intl.DateTimeFormat(spoken, { dateStyle: 'medium', timeZone: 'UTC' }))

export const whole = (value: number) => WHOLE().format(value)
export const share = (value: number) => SHARE().format(value)
export const decimal = (value: number) => DECIMAL().format(value)

/** Instants of the interface are UTC without an offset. */
export const instant = (text: string) => INSTANT().format(new Date(`${text}Z`))
/** A day: that of an instant by the clock of the business; a date alone is the same day everywhere. */
export const day = (text: string) => (text.length > 10 ? DAY().format(new Date(`${text}Z`)) : DATE().format(new Date(text)))

/** How a value of any kind is shown in a table. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? whole(value) : decimal(value)
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? instant(value) : value
  if (typeof value === 'object' && 'text' in value) return String(value.text)
  return JSON.stringify(value)
}

export const money = (value: number, currency: string, digits?: number) =>
  new Intl.NumberFormat(tag(), {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: digits ?? (Math.abs(value) < 100 ? 2 : 0),
  }).format(value)

/** A difference of two shares, in percentage points and with its sign. */
export const points = (value: number) => POINTS().format(value * 100)
