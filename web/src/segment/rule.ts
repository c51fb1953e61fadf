/** A rule as it stands in a file of definitions, and as the builder takes it apart. */
export type Rule = { [key: string]: unknown }

export const GROUPS = ['all', 'any', 'none'] as const
export type Group = (typeof GROUPS)[number]

export type Part =
  | { kind: 'group'; group: Group; parts: Part[] }
  | { kind: 'trait'; trait: string; op: string; value: unknown }
  | { kind: 'event'; op: 'did' | 'did_not'; event: string; within: string; fewest: number | null }
  | { kind: 'segment'; segment: string; isIn: boolean }
  | { kind: 'other'; text: string }

export type PartKind = Part['kind']

/** Signs and words that compare a trait, by what the trait holds. */
export const COMPARISONS: Record<'number' | 'text' | 'boolean' | 'instant', readonly string[]> = {
  number: ['>=', '>', '<=', '<', '=', '!=', 'between', 'is_set'],
  text: ['=', '!=', 'in', 'not_in', 'contains', 'starts_with', 'ends_with', 'is_set'],
  boolean: ['=', 'is_set'],
  instant: ['in_last', 'older_than', '>=', '<', 'is_set'],
}

export type Kind = keyof typeof COMPARISONS

export function kindOf(type: string): Kind {
  if (['number', 'integer', 'amount'].includes(type)) return 'number'
  if (type === 'boolean') return 'boolean'
  if (['instant', 'date'].includes(type)) return 'instant'
  return 'text'
}

const ALL_COMPARISONS = new Set(Object.values(COMPARISONS).flat())

/** The parts of a rule; what the builder has no form for is kept as it was written. */
export function taken(rule: Rule): Part {
  const keys = Object.keys(rule)
  const group = GROUPS.find((each) => Array.isArray(rule[each]))
  if (group && keys.length === 1) {
    return { kind: 'group', group, parts: (rule[group] as Rule[]).map(taken) }
  }
  if (rule.op === 'did' || rule.op === 'did_not') {
    const { op, event, ...rest } = rule
    return taken({ [op as string]: event, ...rest })
  }
  const compared = keys.find((key) => ALL_COMPARISONS.has(key))
  if (typeof rule.trait === 'string' && compared && keys.length === 2) {
    return { kind: 'trait', trait: rule.trait, op: compared, value: rule[compared] }
  }
  for (const op of ['did', 'did_not'] as const) {
    const known = keys.every((key) => [op, 'within', ...(op === 'did' ? ['at_least'] : [])].includes(key))
    if (typeof rule[op] === 'string' && known) {
      const fewest = typeof rule.at_least === 'number' ? rule.at_least : null
      return { kind: 'event', op, event: rule[op], within: String(rule.within ?? ''), fewest }
    }
  }
  if (typeof rule.in_segment === 'string' && keys.length === 1) {
    return { kind: 'segment', segment: rule.in_segment, isIn: true }
  }
  const inner = rule.not as Rule | undefined
  if (keys.length === 1 && inner && typeof inner.in_segment === 'string' && Object.keys(inner).length === 1) {
    return { kind: 'segment', segment: inner.in_segment, isIn: false }
  }
  return { kind: 'other', text: JSON.stringify(rule, null, 2) }
}

/** The rule of `part`; null while something in it is not filled in. */
export function made(part: Part): Rule | null {
  switch (part.kind) {
    case 'group': {
      const rules = part.parts.map(made)
      return rules.length && rules.every((each) => each !== null) ? { [part.group]: rules } : null
    }
    case 'trait':
      return part.trait && part.op && isFilled(part.value) ? { trait: part.trait, [part.op]: part.value } : null
    case 'event': {
      if (!part.event) return null
      const rule: Rule = { [part.op]: part.event }
      if (part.within) rule.within = part.within
      if (part.op === 'did' && part.fewest !== null) rule.at_least = part.fewest
      return rule
    }
    case 'segment': {
      if (!part.segment) return null
      const inside = { in_segment: part.segment }
      return part.isIn ? inside : { not: inside }
    }
    case 'other':
      return parsed(part.text)
  }
}

function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isFilled)
  return value !== null && value !== undefined && value !== ''
}

function parsed(text: string): Rule | null {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Rule) : null
  } catch {
    return null
  }
}

export function fresh(kind: PartKind): Part {
  switch (kind) {
    case 'group':
      return { kind, group: 'all', parts: [fresh('trait')] }
    case 'trait':
      return { kind, trait: '', op: '', value: null }
    case 'event':
      return { kind, op: 'did', event: '', within: '90d', fewest: null }
    case 'segment':
      return { kind, segment: '', isIn: true }
    case 'other':
      return { kind, text: '{}' }
  }
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
