const DAY_MILLISECONDS = 86_400_000

/** The date so many days before another, both as `2026-01-31`. */
export const daysBefore = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MILLISECONDS).toISOString().slice(0, 10)

const isDate = (said: string | undefined): said is string => said !== undefined && /^\d{4}-\d\d-\d\d$/.test(said) && !Number.isNaN(Date.parse(said))

/** From when to when, as an address says it: where it says nothing that is a date, the ninety days up to `last`. */
export function spanOf(since: string | undefined, until: string | undefined, last: string): { since: string; until: string } {
  const end = isDate(until) && until <= last ? until : last
  return { since: isDate(since) ? since : daysBefore(end, 90), until: end }
}
