/** What journeys may be made of, as the program declares it, and a journey's steps with the ways inside them. */
import type { Schema } from '../segment/builder/grammar'

export type Body = { [key: string]: unknown }

/** Where something stands in a journey: the keys and places from its top, as faults name it too. */
export type Path = readonly (string | number)[]

export interface StepWord {
  op: string
  title: string
  about: string
  /** The field that stands under the word itself in the short form. */
  main: string
  fields: Record<string, Schema>
  needed: readonly string[]
}

export interface StepGrammar {
  words: ReadonlyMap<string, StepWord>
  defs: Record<string, Schema>
  fields: Record<string, Schema>
}

/** One way inside a step: the turn that leads to it, its steps, and where they stand in the step. */
export interface Way {
  label: string
  list: Path
  steps: readonly Body[]
}

const DEFS = '#/$defs/'
const STEP = `${DEFS}Step`
const OURS = new Set(['op', 'id'])

export function stepsOf(schema: Schema): StepGrammar {
  const defs = schema.$defs ?? {}
  const parts = Object.entries(defs).filter(([key]) => key.startsWith('step_')).map(([, part]) => part)
  const words = new Map<string, StepWord>()
  for (const long of parts) {
    const op = long.properties?.op?.enum?.[0]
    if (op === undefined) continue
    const short = parts.find((each) => !each.properties?.op && each.properties?.[op])
    const fields = Object.fromEntries(Object.entries(long.properties ?? {}).filter(([key]) => !OURS.has(key)))
    const main = Object.keys(fields).find((key) => key === op || !(key in (short?.properties ?? {}))) ?? op
    words.set(op, {
      op,
      title: short?.title ?? long.title ?? op,
      about: (long.description ?? '').split('\n')[0] ?? '',
      main,
      fields,
      needed: (long.required ?? []).filter((key) => !OURS.has(key)),
    })
  }
  return { words, defs, fields: schema.properties ?? {} }
}

export const isSteps = (schema: Schema): boolean => schema.items?.$ref === STEP

/** The record that a list is made of, and the field of it that holds steps; null where it is no list of ways. */
export function recordsOfWays(schema: Schema, grammar: StepGrammar): { of: Schema; inner: string } | null {
  const of = grammar.defs[schema.items?.$ref?.slice(DEFS.length) ?? '']
  const inner = Object.keys(of?.properties ?? {}).find((key) => isSteps(of!.properties![key]!))
  return of && inner ? { of, inner } : null
}

export const isMapOfSteps = (schema: Schema): boolean => typeof schema.additionalProperties === 'object' && isSteps(schema.additionalProperties)

export const isMapOfNumbers = (schema: Schema): boolean =>
  typeof schema.additionalProperties === 'object' && ['number', 'integer'].includes(String(schema.additionalProperties.type))

const listed = (value: unknown): readonly Body[] => (Array.isArray(value) ? (value as Body[]) : [])
const keyed = (value: unknown): Body => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {})

/** The ways inside a step, in the order in which they are drawn. */
export function waysOf(step: Body, grammar: StepGrammar): Way[] {
  const word = grammar.words.get(String(step.op))
  if (!word) return []
  return Object.entries(word.fields).flatMap(([key, schema]): Way[] => {
    if (isSteps(schema)) return [{ label: key, list: [key], steps: listed(step[key]) }]
    const records = recordsOfWays(schema, grammar)
    if (records)
      return listed(step[key]).map((way, place) => ({
        label: String(place + 1),
        list: [key, place, records.inner],
        steps: listed(way[records.inner]),
      }))
    if (!isMapOfSteps(schema)) return []
    const names = Object.keys(word.fields).find((each) => isMapOfNumbers(word.fields[each]!))
    return Object.keys(keyed(step[names ?? key])).map((label) => ({ label, list: [key, label], steps: listed(keyed(step[key])[label]) }))
  })
}

/** A step and all inside it with `op` and its main field spelled out; what no word is known of stays. */
export function spelledOut(step: Body, grammar: StepGrammar): Body {
  const word = grammar.words.get(String(step.op)) ?? [...grammar.words.values()].find((each) => each.op in step)
  if (!word) return step
  const { op: _op, id, [word.op]: main, ...rest } = step
  const isShort = step.op === undefined
  const long: Body = { op: word.op, id, ...(isShort ? { [word.main]: main } : word.op in step ? { [word.op]: main } : {}), ...rest }
  return withWays(long, grammar, (steps) => steps.map((each) => spelledOut(each, grammar)))
}

/** A step and all inside it as a person writes it: what is not filled in is left out. */
export function inShort(step: Body, grammar: StepGrammar): Body {
  const word = grammar.words.get(String(step.op))
  if (!word) return step
  const { op, id, ...rest } = withWays(step, grammar, (steps) => steps.map((each) => inShort(each, grammar)))
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)))
  if (!(word.main in kept)) return { id, op, ...kept }
  const { [word.main]: main, ...others } = kept
  return { id, [word.op]: main, ...others }
}

export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && !value.length) ||
  (typeof value === 'object' && !Array.isArray(value) && !Object.keys(value).length)

function withWays(step: Body, grammar: StepGrammar, change: (steps: readonly Body[]) => readonly Body[]): Body {
  return waysOf(step, grammar).reduce((changed, way) => (way.steps.length ? put(changed, way.list, change(way.steps)) : changed), step)
}

/** What stands at `path`. */
export function found(of: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[key] : undefined), of)
}

/** The same with `value` at `path`; what is not there on the way is made. */
export function put<T>(of: T, path: Path, value: unknown): T {
  const [key, ...rest] = path
  if (key === undefined) return value as T
  if (typeof key === 'number') {
    const list = Array.isArray(of) ? (of as unknown[]) : []
    return list.with(key, put(list[key], rest, value)) as T
  }
  const kept = keyed(of)
  return { ...kept, [key]: put(kept[key], rest, value) } as T
}

export interface Placed {
  step: Body
  path: Path
  depth: number
}

/** Every step of a journey with where it stands, the outer before the inner. */
export function everyStep(steps: readonly Body[], grammar: StepGrammar, list: Path = ['steps'], depth = 0): Placed[] {
  return steps.flatMap((step, place) => {
    const path = [...list, place]
    return [{ step, path, depth }, ...waysOf(step, grammar).flatMap((way) => everyStep(way.steps, grammar, [...path, ...way.list], depth + 1))]
  })
}

export const blankJourney = (): Body => ({ name: '', entry: { by_hand: true }, steps: [] })

/** A journey with its steps spelled out. */
export const taken = (body: Body, grammar: StepGrammar): Body => ({ ...body, steps: listed(body.steps).map((each) => spelledOut(each, grammar)) })

/** Whether nobody comes from a step to the one behind it. */
export const endsHere = (step: Body): boolean => step.op === 'leave' || step.op === 'go_to'
