/** What can be done to the steps of a journey; a journey is never changed: each act gives another. */
import { everyStep, found, isMapOfNumbers, put, recordsOfWays, waysOf, type Body, type Path, type StepGrammar, type StepWord } from '../steps'

export interface Done {
  body: Body
  /** Where the step stands now. */
  path: Path
}

export type Way = 'up' | 'down' | 'in' | 'out' | 'across'

const stepsAt = (body: Body, list: Path): readonly Body[] => {
  const steps = found(body, list)
  return Array.isArray(steps) ? (steps as Body[]) : []
}
const listOf = (path: Path): Path => path.slice(0, -1)
const placeOf = (path: Path): number => Number(path.at(-1))

export const inserted = (body: Body, list: Path, at: number, step: Body): Done => ({
  body: put(body, list, stepsAt(body, list).toSpliced(at, 0, step)),
  path: [...list, at],
})

export const removed = (body: Body, path: Path): Body => put(body, listOf(path), stepsAt(body, listOf(path)).toSpliced(placeOf(path), 1))

/** The step around the one at `path`; null where it stands at the top. */
export function around(body: Body, path: Path, grammar: StepGrammar): Path | null {
  const outer = everyStep(stepsAt(body, ['steps']), grammar).filter((each) => each.path.length < path.length && each.path.every((key, place) => path[place] === key))
  return outer.at(-1)?.path ?? null
}

/** One step put elsewhere: past a neighbour, into the first way beside it, behind the step around it, or to the next way there. */
export function moved(body: Body, path: Path, way: Way, grammar: StepGrammar): Done | null {
  const list = listOf(path)
  const place = placeOf(path)
  const steps = stepsAt(body, list)
  const step = steps[place]
  if (!step) return null
  if (way === 'up' || way === 'down') {
    const to = way === 'up' ? place - 1 : place + 1
    const other = steps[to]
    return other ? { body: put(body, list, steps.with(place, other).with(to, step)), path: [...list, to] } : null
  }
  if (way === 'in') {
    const before = steps[place - 1]
    const first = before && waysOf(before, grammar)[0]
    if (!first) return null
    const into = [...list, place - 1, ...first.list]
    return inserted(removed(body, path), into, first.steps.length, step)
  }
  const outer = around(body, path, grammar)
  if (!outer) return null
  if (way === 'out') return inserted(removed(body, path), listOf(outer), placeOf(outer) + 1, step)
  const ways = waysOf(found(body, outer) as Body, grammar)
  const here = ways.findIndex((each) => [...outer, ...each.list].join() === list.join())
  const next = ways[(here + 1) % ways.length]
  return ways.length > 1 && next ? inserted(removed(body, path), [...outer, ...next.list], next.steps.length, step) : null
}

/** A name for a step that no other has. */
export function freshId(body: Body, op: string, grammar: StepGrammar): string {
  const taken = new Set(everyStep(stepsAt(body, ['steps']), grammar).map(({ step }) => String(step.id)))
  const wished = op.replaceAll('_', '-')
  let id = wished
  for (let number = 2; taken.has(id); number++) id = `${wished}-${number}`
  return id
}

/** A step of a word with what has to be said still to be filled in, and two ways where it has ways of one's own naming. */
export function blankStep(word: StepWord, id: string, grammar: StepGrammar): Body {
  const fields = Object.entries(word.fields).flatMap(([key, schema]): [string, unknown][] => {
    const records = recordsOfWays(schema, grammar)
    if (records) return [[key, [{ [conditionOf(records.of)]: { event: null }, [records.inner]: [] }]]]
    if (isMapOfNumbers(schema)) return [[key, { a: 50, b: 50 }]]
    if (schema.$ref?.endsWith('JourneyCondition')) return [[key, { event: null }]]
    if (schema.default !== undefined && key === word.main) return [[key, schema.default]]
    return word.needed.includes(key) ? [[key, null]] : []
  })
  return { op: word.op, id, ...Object.fromEntries(fields) }
}

/** The field of a way that says who takes it. */
export const conditionOf = (record: { properties?: Record<string, { $ref?: string }> }): string =>
  Object.keys(record.properties ?? {}).find((key) => record.properties![key]!.$ref?.endsWith('JourneyCondition')) ?? 'if'

/** A step whose way is called otherwise, with the steps of the way. */
export function renamed(step: Body, of: string, from: string, to: string, grammar: StepGrammar): Body {
  const rename = (map: unknown) => Object.fromEntries(Object.entries((map ?? {}) as Body).map(([key, value]) => [key === from ? to : key, value]))
  const inner = waysOf(step, grammar).find((way) => way.label === from)?.list[0]
  const changed = { ...step, [of]: rename(step[of]) }
  return inner === undefined || inner === of || !(inner in step) ? changed : { ...changed, [inner]: rename(step[inner]) }
}
