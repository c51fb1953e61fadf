/** What was done to what is written, so that it can be undone. */
import type { Group } from './rule'

export interface Story<Written = Group> {
  now: Written
  past: readonly Written[]
  future: readonly Written[]
  at: number
}

const MOST = 200
const ONE_BREATH_MILLISECONDS = 800

type Act<Written> = { to: Written; isTyped: boolean; at: number } | 'undo' | 'redo'

/** What was typed in one breath is undone at once, each move by itself. */
export function told<Written = Group>(story: Story<Written>, act: Act<Written>): Story<Written> {
  const { now, past, future } = story
  if (act === 'undo') {
    const before = past.at(-1)
    return before ? { now: before, past: past.slice(0, -1), future: [now, ...future], at: 0 } : story
  }
  if (act === 'redo') {
    const [next, ...rest] = future
    return next ? { now: next, past: [...past, now], future: rest, at: 0 } : story
  }
  const isSameBreath = act.isTyped && act.at - story.at < ONE_BREATH_MILLISECONDS
  return { now: act.to, past: isSameBreath ? past : [...past, now].slice(-MOST), future: [], at: act.isTyped ? act.at : 0 }
}
