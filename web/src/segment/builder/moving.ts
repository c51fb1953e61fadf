/** Where a part stands, and how it comes to stand elsewhere. A tree is never changed: each move gives another. */
import { group, type Group, type Part } from './rule'

/** The places of the groups around a part and its own, from the outermost in. */
export type Path = readonly number[]

export interface Moved {
  root: Group
  path: Path
}

export function at(root: Part, path: Path): Part | undefined {
  return path.reduce<Part | undefined>((part, place) => (part?.kind === 'group' ? part.parts[place] : undefined), root)
}

export function placeOf(root: Part, id: number): Path | null {
  if (root.id === id) return []
  if (root.kind !== 'group') return null
  for (const [place, part] of root.parts.entries()) {
    const inner = placeOf(part, id)
    if (inner) return [place, ...inner]
  }
  return null
}

export function replaced<P extends Part>(root: P, path: Path, change: (part: Part) => Part): P {
  const [place, ...rest] = path
  if (place === undefined) return change(root) as P
  if (root.kind !== 'group') return root
  return { ...root, parts: root.parts.map((part, here) => (here === place ? replaced(part, rest, change) : part)) }
}

const inGroup = (root: Group, path: Path, change: (parts: Part[]) => Part[]): Group =>
  replaced(root, path, (part) => (part.kind === 'group' ? settled({ ...part, parts: change(part.parts) }) : part))

/** A group of one rule that came to hold several: that none of them holds is the same said of many. */
const settled = (one: Group): Group => (one.op === 'not' && one.parts.length > 1 ? { ...one, op: 'none' } : one)

/** `root` without the part at `path`; a group that is left with nothing goes with it. */
export function without(root: Group, path: Path): Group {
  const around = path.slice(0, -1)
  const held = at(root, around)
  if (around.length && held?.kind === 'group' && held.parts.length === 1) return without(root, around)
  return inGroup(root, around, (parts) => parts.toSpliced(path.at(-1)!, 1))
}

/** The part `id` put before what stands at `place` of the group `into`; null where it would stand within itself. */
export function moved(root: Group, id: number, into: number, place: number): Moved | null {
  const from = placeOf(root, id)
  const to = placeOf(root, into)
  const part = from && at(root, from)
  if (!from?.length || !to || !part || isWithin(to, from)) return null
  const isSame = from.slice(0, -1).join() === to.join()
  // Put in first and taken out after: the group that it leaves empty goes, and its own place is found by its number.
  const mark = group([])
  const held = replaced(root, from, () => mark)
  const put = inGroup(held, to, (parts) => parts.toSpliced(place, 0, part))
  if (isSame && (place === from.at(-1) || place === from.at(-1)! + 1)) return null
  const cleared = without(put, placeOf(put, mark.id)!)
  return { root: cleared, path: placeOf(cleared, id)! }
}

const isWithin = (path: Path, outer: Path) => outer.every((place, depth) => path[depth] === place)

export type Way = 'up' | 'down' | 'in' | 'out'

/** One step: past a neighbour, into the group next to it, or out of the one around it; null where there is no such way. */
export function stepped(root: Group, id: number, way: Way): Moved | null {
  const path = placeOf(root, id)
  if (!path?.length) return null
  const place = path.at(-1)!
  const around = path.slice(0, -1)
  const held = at(root, around)
  if (held?.kind !== 'group') return null
  if (way === 'out') {
    const outer = at(root, around.slice(0, -1))
    return around.length && outer ? moved(root, id, outer.id, around.at(-1)! + 1) : null
  }
  if (way === 'in') {
    const [before, after] = [held.parts[place - 1], held.parts[place + 1]]
    if (before?.kind === 'group') return moved(root, id, before.id, before.parts.length)
    return after?.kind === 'group' ? moved(root, id, after.id, 0) : null
  }
  const next = way === 'up' ? place - 1 : place + 2
  return next < 0 || next > held.parts.length ? null : moved(root, id, held.id, next)
}

/** The part `id` in a group of its own. */
export function wrapped(root: Group, id: number, op: string): Group {
  const path = placeOf(root, id)
  return path?.length ? replaced(root, path, (part) => group([part], op)) : root
}

/** The parts of the group `id` where it stood. */
export function unwrapped(root: Group, id: number): Group {
  const path = placeOf(root, id)
  const held = path && at(root, path)
  if (!path?.length || held?.kind !== 'group') return root
  return inGroup(root, path.slice(0, -1), (parts) => parts.toSpliced(path.at(-1)!, 1, ...held.parts))
}
