/** Times of a crontab that the form can show: every day, on days of the week, or on one day of the month, at one time. */
export interface Often {
  every: 'day' | 'week' | 'month'
  /** Days of the week (0 is Sunday), or the day of the month. */
  on: number[]
  time: string
}

const two = (n: number) => String(n).padStart(2, '0')

/** What a crontab says, where the form can show it; null where it says more. */
export function read(cron: string): Often | null {
  const found = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-7](?:,[0-7])*)$/.exec(cron.trim())
  if (!found) return null
  const [minute, hour, day, weekdays] = [Number(found[1]), Number(found[2]), found[3] ?? '*', found[4] ?? '*']
  if (minute > 59 || hour > 23 || (day !== '*' && weekdays !== '*')) return null
  const time = `${two(hour)}:${two(minute)}`
  if (day !== '*') return { every: 'month', on: [Number(day)], time }
  if (weekdays !== '*') return { every: 'week', on: [...new Set(weekdays.split(',').map((each) => Number(each) % 7))], time }
  return { every: 'day', on: [], time }
}

/** The name of a day of the week, of which 0 is Sunday. */
export const weekday = (day: number, language: string) =>
  new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2026, 2, 1 + day)))

/** The crontab that says so. */
export function written({ every, on, time }: Often): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const day = every === 'month' ? (on[0] ?? 1) : '*'
  const weekdays = every === 'week' ? ([...on].sort((one, other) => one - other).join(',') || '1') : '*'
  return `${minute} ${hour} ${day} * ${weekdays}`
}
