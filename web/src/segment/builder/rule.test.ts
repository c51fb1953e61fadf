import { describe, expect, it } from 'vitest'
import { GRAMMAR } from './example'
import { shapeOf } from './grammar'
import { blank, comparisonsOf, condition, drafted, group, kindOf, made, nameOf, other, reworded, taken, valueOf, type Rule } from './rule'

const RULES: Rule[] = [
  { trait: 'revenue', '>=': 100 },
  { trait: 'city', in: ['Oslo', 'Bergen'] },
  { trait: 'email', is_set: false },
  { trait: 'orders', between: [2, 5] },
  { trait: 'city', '=': 'oslo', ignore_case: true },
  { trait: { count: 'Order Completed', within: '90d' }, '>=': 2 },
  { did: 'Order Completed', within: '90d', at_least: 2 },
  { did: 'Order Completed', at_least: 0 },
  { did: 'Order Completed', where: [{ property: 'total', op: '>', value: 5 }] },
  { did: 'Order Completed', where: { category: ['Books'] } },
  { did_not: 'Email Opened', within: '30d' },
  { in_segment: 'vip' },
  { in_segment: ['vip', 'new'] },
  { not: { in_segment: 'vip' } },
  { stranger: 3, kind: 'a' },
  { all: [{ trait: 'revenue', '>=': 100 }, { any: [{ did: 'Product Viewed' }, { none: [{ in_segment: 'vip' }] }] }] },
]

const KEPT: Rule[] = [
  { did: 'Order Completed', exactly: 2 },
  { nobody: 'knows' },
  { did: 'a', did_not: 'b' },
  { all: [{ trait: 'a', '=': 1 }], any: [] },
  { all: 'of them' },
]

describe('a rule', () => {
  it.each(RULES)('is the same after it was taken apart: %j', (rule) => {
    const part = taken(rule, GRAMMAR)
    expect(made(part, GRAMMAR)).toEqual(rule)
    expect(drafted(part, GRAMMAR)).toEqual(rule)
    expect(JSON.stringify(part)).not.toContain('"other"')
  })

  it.each(KEPT)('that is made of no known word is kept as it was written: %j', (rule) => {
    const part = taken(rule, GRAMMAR)
    expect(part.kind).toBe('other')
    expect(made(part, GRAMMAR)).toEqual(rule)
  })

  it('written in long is the same as in short', () => {
    const long = { op: 'all', of: [{ op: 'did', event: 'Order Completed', within: '7d' }, { op: 'not', of: { in_segment: 'vip' } }] }
    expect(made(taken(long, GRAMMAR), GRAMMAR)).toEqual({
      all: [{ did: 'Order Completed', within: '7d' }, { not: { in_segment: 'vip' } }],
    })
  })

  it('is none while something needed is not filled in, and its draft is kept', () => {
    const begun = (op: string, fields: Rule = {}) => condition(op, { ...blank(GRAMMAR.operators.get(op)!), ...fields })
    expect(made(begun('>='), GRAMMAR)).toBeNull()
    expect(made(group([begun('>=')]), GRAMMAR)).toBeNull()
    expect(made(group([]), GRAMMAR)).toBeNull()
    expect(made(begun('between', { trait: 'orders', between: [1, null] }), GRAMMAR)).toBeNull()
    expect(made(begun('>=', { trait: { count: null }, '>=': 1 }), GRAMMAR)).toBeNull()
    expect(made(begun('did', { did: 'x', where: [{}] }), GRAMMAR)).toBeNull()
    expect(made(begun('>=', { trait: 'orders', '>=': 0 }), GRAMMAR)).toEqual({ trait: 'orders', '>=': 0 })
    expect(made(begun('=', { trait: 'new', '=': false }), GRAMMAR)).toEqual({ trait: 'new', '=': false })
    expect(made(begun('did', { did: 'x', within: '', at_least: null }), GRAMMAR)).toEqual({ did: 'x' })
    expect(made({ kind: 'other', id: 0, text: '[1]' }, GRAMMAR)).toBeNull()
    expect(made({ kind: 'other', id: 0, text: '{' }, GRAMMAR)).toBeNull()
    expect(made(other(), GRAMMAR)).toEqual({})
    const draft = drafted(group([begun('did')]), GRAMMAR)
    expect(taken(draft, GRAMMAR)).toMatchObject({ op: 'all', parts: [{ kind: 'condition', op: 'did' }] })
  })

  it('said by another word keeps what both have', () => {
    const [did, not, least] = ['did', 'did_not', '>='].map((name) => GRAMMAR.operators.get(name)!)
    expect(reworded({ did: 'x', within: '7d', at_least: 2 }, did!, not!, GRAMMAR)).toEqual({ did_not: 'x', within: '7d' })
    expect(reworded({ trait: 'a', '>=': 5 }, least!, GRAMMAR.operators.get('=')!, GRAMMAR)).toEqual({ trait: 'a', '=': 5 })
    expect(reworded({ trait: 'a', '>=': 5 }, least!, GRAMMAR.operators.get('between')!, GRAMMAR)).toEqual({ trait: 'a', between: null })
  })
})

describe('a field', () => {
  const drawn = (op: string, field = op) => shapeOf(GRAMMAR.operators.get(op)!.fields[field]!, GRAMMAR)
  it('is drawn as it is declared', () => {
    expect(drawn('>=')).toEqual({ is: 'scalar' })
    expect(drawn('>=', 'trait')).toEqual({ is: 'measure' })
    expect(drawn('between')).toEqual({ is: 'pair' })
    expect(drawn('in')).toEqual({ is: 'list', of: { is: 'scalar' }, orOne: false })
    expect(drawn('in_segment')).toEqual({ is: 'list', of: { is: 'name', of: 'segment' }, orOne: true })
    expect(drawn('did')).toEqual({ is: 'name', of: 'event' })
    expect(drawn('did', 'within')).toEqual({ is: 'duration', such: ['90d'] })
    expect(drawn('did', 'where')).toMatchObject({ is: 'records' })
    expect(drawn('stranger')).toMatchObject({ is: 'number', whole: true, least: 0 })
    expect(drawn('stranger', 'kind')).toEqual({ is: 'choice', of: ['a', 'b'] })
    expect(drawn('not')).toEqual({ is: 'rules', many: false })
  })
})

describe('what is typed', () => {
  it.each([
    ['12', 'number', 12],
    ['0123', 'text', '0123'],
    ['0123', 'any', '0123'],
    ['12', 'any', 12],
    ['1e', 'number', '1e'],
  ] as const)('%s as %s', (typed, kind, value) => expect(valueOf(typed, kind)).toBe(value))
})

describe('names', () => {
  it.each([
    ['Big spenders', 'big_spenders'],
    ['  Café—Oslo! ', 'cafe_oslo'],
    ['大客户', ''],
  ])('%s', (label, name) => expect(nameOf(label)).toBe(name))
})

it('compares a trait as what it holds, and by words from outside whatever it holds', () => {
  expect(['number', 'text', 'boolean', 'instant', 'date', 'list'].map(kindOf)).toEqual(['number', 'text', 'boolean', 'instant', 'instant', 'list'])
  expect(comparisonsOf('text', ['>=', 'stranger', '='])).toEqual(['=', 'stranger'])
  expect(comparisonsOf('any', ['>=', 'stranger', '='])).toEqual(['>=', '=', 'stranger'])
})
