import { filled, inShort, isRule, joins, shapeOf, type Grammar, type Word } from './grammar'

/** A rule as it stands in a file of definitions, and as the builder takes it apart. */
export type Rule = { [key: string]: unknown }

export interface Group {
  kind: 'group'
  id: number
  op: string
  parts: Part[]
  /** What the group says besides its parts. */
  rest: Rule
}

export type Part =
  | Group
  | { kind: 'condition'; id: number; op: string; fields: Rule }
  | { kind: 'other'; id: number; text: string }

let last = 0
const next = () => ++last

/** Signs and words that compare a trait, by what the trait holds; others are offered for whatever it holds. */
const COMPARISONS: Record<'number' | 'text' | 'boolean' | 'instant' | 'list', readonly string[]> = {
  number: ['>=', '>', '<=', '<', '=', '!=', 'between', 'in', 'not_in', 'top', 'bottom', 'is_set'],
  text: ['=', '!=', 'in', 'not_in', 'contains', 'starts_with', 'ends_with', 'matches', 'is_set'],
  boolean: ['=', 'is_set'],
  instant: ['in_last', 'older_than', 'in_next', 'anniversary_within', '>=', '<', 'between', 'top', 'bottom', 'is_set'],
  list: ['includes', 'is_set'],
}

/** What a trait holds; of what is measured in the rule itself it is told by nobody. */
export type Kind = keyof typeof COMPARISONS | 'any'

export function kindOf(type: string): Kind {
  if (['number', 'integer', 'amount'].includes(type)) return 'number'
  if (type === 'boolean' || type === 'list') return type
  return ['instant', 'date'].includes(type) ? 'instant' : 'text'
}

const SORTED = new Set(Object.values(COMPARISONS).flat())

/** The words that compare what a trait of this kind holds, the usual ones first. */
export function comparisonsOf(kind: Kind, among: Iterable<string>): string[] {
  const there = [...among]
  const usual = kind === 'any' ? [...SORTED] : COMPARISONS[kind]
  return [...usual.filter((each) => there.includes(each)), ...there.filter((each) => !SORTED.has(each))]
}

/** The parts of a rule; what is made of no known word is kept as it was written. */
export function taken(rule: Rule, grammar: Grammar): Part {
  const found = inShort(rule, grammar.operators)
  if (!found) return { kind: 'other', id: next(), text: JSON.stringify(rule, null, 2) }
  const { word, fields } = found
  const joined = joins(word, grammar)
  if (!joined) return { kind: 'condition', id: next(), op: word.name, fields }
  const { [word.name]: inner, ...rest } = fields
  const rules = joined === 'many' ? inner : [inner]
  if (!Array.isArray(rules) || !rules.every(isRule)) return { kind: 'other', id: next(), text: JSON.stringify(rule, null, 2) }
  return { kind: 'group', id: next(), op: word.name, parts: rules.map((each) => taken(each, grammar)), rest }
}

/** What the form of a rule begins with: the parts of `rule` in a group, or one condition to fill in. */
export function begun(grammar: Grammar, rule?: Rule): Group {
  if (!rule) {
    const word = grammar.operators.get('>=')
    return group(word ? [condition(word.name, blank(word))] : [])
  }
  const part = taken(rule, grammar)
  return part.kind === 'group' ? part : group([part])
}

/** The rule of `part`; null while something in it is not filled in. */
export function made(part: Part, grammar: Grammar): Rule | null {
  if (part.kind === 'other') return parsed(part.text)
  const word = grammar.operators.get(part.op)
  if (!word) return null
  if (part.kind === 'condition') return filled(part.fields, word, grammar)
  const rules = part.parts.map((each) => made(each, grammar))
  if (!rules.length || rules.includes(null)) return null
  return { [part.op]: joins(word, grammar) === 'one' ? rules[0] : rules, ...part.rest }
}

/** `part` as it may be kept before it is whole: the same as its rule where it is. */
export function drafted(part: Part, grammar: Grammar): Rule {
  if (part.kind === 'other') return parsed(part.text) ?? {}
  if (part.kind === 'condition') return part.fields
  const rules = part.parts.map((each) => drafted(each, grammar))
  const word = grammar.operators.get(part.op)
  return { [part.op]: word && joins(word, grammar) === 'one' ? (rules[0] ?? {}) : rules, ...part.rest }
}

function parsed(text: string): Rule | null {
  try {
    const found: unknown = JSON.parse(text)
    return isRule(found) ? found : null
  } catch {
    return null
  }
}

export const group = (parts: Part[], op = 'all'): Group => ({ kind: 'group', id: next(), op, parts, rest: {} })

export const other = (): Part => ({ kind: 'other', id: next(), text: '{}' })

/** What has to be said with `word`, none of it said yet. */
export const blank = (word: Word): Rule =>
  Object.fromEntries(word.needed.map((key) => [key, word.fields[key]?.type === 'boolean' ? true : null]))

export const condition = (op: string, fields: Rule): Part => ({ kind: 'condition', id: next(), op, fields })

/** The same said by another word: what both have is kept. */
export function reworded(fields: Rule, from: Word, to: Word, grammar: Grammar): Rule {
  const kept = Object.fromEntries(Object.entries(fields).filter(([key]) => key in to.fields))
  const drawn = (word: Word) => JSON.stringify(shapeOf(word.fields[word.name] ?? {}, grammar))
  const main = drawn(from) === drawn(to) ? { [to.name]: fields[from.name] } : {}
  return { ...blank(to), ...kept, ...main }
}

/** What is typed as the kind of value that is asked for. */
export function valueOf(typed: string, kind: Kind): unknown {
  const isNumber = typed.trim() !== '' && Number.isFinite(Number(typed))
  if (kind === 'number') return isNumber ? Number(typed) : typed
  if (kind === 'any') return isNumber && String(Number(typed)) === typed.trim() ? Number(typed) : typed
  return typed
}

/** A name that commands and other rules can call a segment by. */
export function nameOf(label: string): string {
  const plain = label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return plain.slice(0, 80)
}
