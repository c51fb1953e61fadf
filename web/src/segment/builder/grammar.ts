/** What rules may be made of, as the program declares it: nothing here knows an operator by name. */
import type { Rule } from './rule'

export interface Schema {
  title?: string
  description?: string
  type?: string | string[]
  format?: string
  default?: unknown
  enum?: string[]
  const?: string
  examples?: string[]
  pattern?: string
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  anyOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
  'x-names'?: Names
}

/** Of what in the data a text is a name. */
export type Names = 'event' | 'property' | 'segment' | 'list'

/** One word that a rule or a measure may use. */
export interface Word {
  name: string
  title: string
  about: string
  /** The field that stands under the word itself in the short form, by its name in the long one. */
  main: string
  fields: Record<string, Schema>
  needed: readonly string[]
}

export interface Grammar {
  defs: Record<string, Schema>
  operators: ReadonlyMap<string, Word>
  measures: ReadonlyMap<string, Word>
}

export type Shape =
  | { is: 'measure' | 'yes' | 'scalar' | 'text' | 'instant' }
  | { is: 'rules'; many: boolean }
  | { is: 'number'; whole: boolean; least?: number; most?: number }
  | { is: 'choice'; of: readonly string[] }
  | { is: 'name'; of: Names }
  | { is: 'duration'; such: readonly string[] }
  | { is: 'list'; of: Shape; orOne: boolean }
  | { is: 'pair' }
  | { is: 'records'; of: Schema }

const REFERENCE = '#/$defs/'

export function grammarOf(schema: Schema): Grammar {
  const defs = schema.$defs ?? {}
  return { defs, operators: wordsOf(defs, 'operator_'), measures: wordsOf(defs, 'measure_') }
}

/** The words whose short forms are among `defs`; the long ones say what their main field is called there. */
function wordsOf(defs: Record<string, Schema>, kind: string): ReadonlyMap<string, Word> {
  const parts = Object.entries(defs).filter(([key]) => key.startsWith(kind)).map(([, part]) => part)
  const long = parts.filter((part) => part.properties?.op)
  const words = new Map<string, Word>()
  for (const part of parts) {
    const name = part.required?.[0]
    if (part.properties?.op || !part.properties || name === undefined) continue
    const spelled = long.find((each) => each.properties?.op?.enum?.includes(name))
    const main = Object.keys(spelled?.properties ?? {}).find((each) => each !== 'op' && (each === name || !(each in part.properties!)))
    words.set(name, {
      name,
      title: part.title ?? name,
      about: part.description ?? '',
      main: main ?? name,
      fields: part.properties,
      needed: part.required ?? [],
    })
  }
  return words
}

/** How a field is drawn. */
export function shapeOf(schema: Schema, grammar: Grammar): Shape {
  if (schema.$ref) {
    const name = schema.$ref.slice(REFERENCE.length)
    if (name === 'Measure') return { is: 'measure' }
    if (name === 'Rule') return { is: 'rules', many: false }
    return shapeOf(grammar.defs[name] ?? {}, grammar)
  }
  if (schema.anyOf) return shapeOfChoice(schema.anyOf.filter((each) => each.type !== 'null'), grammar)
  if (schema['x-names']) return { is: 'name', of: schema['x-names'] }
  if (schema.enum) return { is: 'choice', of: schema.enum }
  if (schema.const !== undefined) return { is: 'choice', of: [schema.const] }
  if (schema.type === 'array') return shapeOfList(schema, grammar)
  if (schema.type === 'boolean') return { is: 'yes' }
  if (schema.type === 'integer' || schema.type === 'number') {
    const [least, most] = [schema.minimum ?? schema.exclusiveMinimum, schema.maximum]
    return { is: 'number', whole: schema.type === 'integer', least, most }
  }
  if (Array.isArray(schema.type)) return { is: 'scalar' }
  if (schema.format?.startsWith('date')) return { is: 'instant' }
  return schema.examples ? { is: 'duration', such: schema.examples } : { is: 'text' }
}

function shapeOfList(schema: Schema, grammar: Grammar): Shape {
  const items = schema.items ?? {}
  const record = items.$ref ? grammar.defs[items.$ref.slice(REFERENCE.length)] : items
  if (record?.properties) return { is: 'records', of: record }
  const of = shapeOf(items, grammar)
  if (of.is === 'rules') return { is: 'rules', many: true }
  if (schema.minItems === 2 && schema.maxItems === 2) return { is: 'pair' }
  return { is: 'list', of, orOne: false }
}

function shapeOfChoice(choices: Schema[], grammar: Grammar): Shape {
  const [first] = choices
  if (first && choices.length === 1) return shapeOf(first, grammar)
  const place = choices.findIndex((each) => each.type === 'array')
  const list = choices[place]
  if (list) {
    const shape = shapeOfList(list, grammar)
    return shape.is === 'list' ? { ...shape, orOne: place > 0 } : shape
  }
  const shapes = choices.map((each) => shapeOf(each, grammar))
  return shapes.every((each) => each.is === 'instant') ? { is: 'instant' } : { is: 'scalar' }
}

/** Whether the word joins rules, and of how many. */
export function joins(word: Word, grammar: Grammar): 'one' | 'many' | null {
  const shape = shapeOf(word.fields[word.name] ?? {}, grammar)
  return shape.is === 'rules' ? (shape.many ? 'many' : 'one') : null
}

export const comparesTrait = (word: Word): boolean => word.fields.trait?.$ref === `${REFERENCE}Measure`

/** `written` in the short form; null where it is made of no one word. */
export function inShort(written: Rule, words: ReadonlyMap<string, Word>): { word: Word; fields: Rule } | null {
  const { op, ...rest } = written
  if (typeof op === 'string') {
    const word = words.get(op)
    if (!word || !(word.main in rest)) return null
    const { [word.main]: main, ...others } = rest
    return checked(word, { [op]: main, ...others })
  }
  const named = Object.keys(written).filter((key) => words.has(key) && key !== 'trait')
  const name = named.length ? named[0] : 'trait' in written ? 'trait' : undefined
  const word = name === undefined || named.length > 1 ? undefined : words.get(name)
  return word ? checked(word, written) : null
}

const checked = (word: Word, fields: Rule) => (Object.keys(fields).every((key) => key in word.fields) ? { word, fields } : null)

export function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isFilled)
  return value !== null && value !== undefined && value !== ''
}

/** `fields` without what is not filled in; null while something needed is missing. */
export function filled(fields: Rule, word: Word, grammar: Grammar): Rule | null {
  const kept: Rule = {}
  for (const [key, value] of Object.entries(fields)) {
    const shape = shapeOf(word.fields[key] ?? {}, grammar)
    const made = filledIn(value, shape, grammar)
    if (made === undefined) return null
    if (isFilled(made) || (Array.isArray(made) && made.length && shape.is === 'records')) kept[key] = made
  }
  for (const key of word.needed) if (!(key in kept) && mayBeNull(word.fields[key] ?? {}, grammar)) kept[key] = null
  return word.needed.every((key) => key in kept) ? kept : null
}

/** Whether nothing may stand where something has to be said, as where it is people that are counted. */
function mayBeNull(schema: Schema, grammar: Grammar): boolean {
  return schema.anyOf?.some((each) => each.type === 'null') === true && shapeOf(schema, grammar).is === 'measure'
}

/** What is measured as it may be sent; null while something in it is not filled in, and what no word is known of as it was written. */
export function filledMeasure(value: unknown, grammar: Grammar): unknown {
  if (!isRule(value)) return typeof value === 'string' && value ? value : null
  const found = inShort(value, grammar.measures)
  return found ? filled(found.fields, found.word, grammar) : value
}

/** A value that is made of others, as it may be sent; undefined while it cannot be. */
function filledIn(value: unknown, shape: Shape, grammar: Grammar): unknown {
  if (shape.is === 'measure' && isRule(value)) {
    const found = inShort(value, grammar.measures)
    return (found && filled(found.fields, found.word, grammar)) ?? undefined
  }
  if (shape.is === 'records' && Array.isArray(value)) {
    const needed = shape.of.required ?? []
    return (value as Rule[]).every((each) => needed.every((key) => isFilled(each[key]))) ? value : undefined
  }
  return value
}

export const isRule = (value: unknown): value is Rule => typeof value === 'object' && value !== null && !Array.isArray(value)
