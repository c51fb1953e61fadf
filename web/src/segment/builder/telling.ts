/** What was done to a rule, so that it can be undone. */
import type { Group } from './rule'

export interface Story {
  now: Group
  past: readonly Group[]
  future: readonly Group[]
  at: number
}

const MOST = 200
const ONE_BREATH_MILLISECONDS = 800

type Act = { to: Group; isTyped: boolean; at: number } | 'undo' | 'redo'

/** What was typed in one breath is undone at once, each move by itself. */
export function told(story: Story, act: Act): Story {
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
