import { decimal, money, points, share, whole } from '../app/numbers'

/** A figure as its unit has it written. */
export function written(value: number | null | undefined, unit: string, currency: string): string {
  if (value === null || value === undefined) return '–'
  if (unit === 'money') return money(value, currency)
  if (unit === 'share' || unit === 'relative') return share(value)
  return Number.isInteger(value) ? whole(value) : decimal(value)
}

/** A change as its figure's unit has it: shares and growths in points, all else relative. */
export function changed(change: number | null | undefined, unit: string): string {
  if (change === null || change === undefined) return '–'
  if (unit === 'share' || unit === 'relative') return points(change)
  return `${change > 0 ? '+' : ''}${share(change)}`
}

export const DAYS = [30, 90, 180, 365] as const
export const DIMENSIONS = ['segment', 'channel', 'campaign', 'period'] as const
export type Dimension = (typeof DIMENSIONS)[number]
