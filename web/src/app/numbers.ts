import { language } from './words'

const tag = () => (language() === 'zh' ? 'zh-CN' : 'en')

export const whole = (value: number) => new Intl.NumberFormat(tag()).format(value)
export const share = (value: number) =>
  new Intl.NumberFormat(tag(), { style: 'percent', maximumFractionDigits: 1 }).format(value)
export const decimal = (value: number) => new Intl.NumberFormat(tag(), { maximumFractionDigits: 2 }).format(value)

/** Instants of the interface are UTC without an offset. */
export const instant = (text: string) =>
  new Intl.DateTimeFormat(tag(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(`${text}Z`))
export const day = (text: string) =>
  new Intl.DateTimeFormat(tag(), { dateStyle: 'medium' }).format(new Date(text.length > 10 ? `${text}Z` : text))

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
export const points = (value: number) =>
  new Intl.NumberFormat(tag(), { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value * 100)
