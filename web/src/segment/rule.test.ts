import { describe, expect, it } from 'vitest'
import { fresh, kindOf, made, nameOf, taken, type Rule } from './rule'

const RULES: Rule[] = [
  { trait: 'revenue', '>=': 100 },
  { trait: 'city', in: ['Oslo', 'Bergen'] },
  { trait: 'email', is_set: false },
  { trait: 'orders', between: [2, 5] },
  { did: 'Order Completed', within: '90d', at_least: 2 },
  { did: 'Order Completed', at_least: 0 },
  { did_not: 'Email Opened', within: '30d' },
  { in_segment: 'vip' },
  { not: { in_segment: 'vip' } },
  { all: [{ trait: 'revenue', '>=': 100 }, { any: [{ did: 'Product Viewed' }, { none: [{ in_segment: 'vip' }] }] }] },
]

const KEPT: Rule[] = [
  { trait: { measure: 'count', event: 'Order Completed' }, '>=': 2 },
  { did: 'Order Completed', where: [{ property: 'total', '>': 5 }] },
  { did: 'Order Completed', within: '90d', exactly: 2 },
  { did_not: 'Order Completed', at_least: 2 },
  { not: { trait: 'city', '=': 'Oslo' } },
  { trait: 'city', '=': 'oslo', ignore_case: true },
  { random: { start: 0, end: 0.5 } },
  { all: [{ trait: 'a', '=': 1 }], any: [] },
]

describe('a rule', () => {
  it.each(RULES)('is the same after it was taken apart: %j', (rule) => {
    expect(made(taken(rule))).toEqual(rule)
    expect(JSON.stringify(taken(rule))).not.toContain('"other"')
  })

  it.each(KEPT)('that has no form is kept as it was written: %j', (rule) => {
    expect(taken(rule).kind).toBe('other')
    expect(made(taken(rule))).toEqual(rule)
  })

  it('written in long is the same as in short', () => {
    expect(made(taken({ op: 'did', event: 'Order Completed', within: '7d' }))).toEqual({
      did: 'Order Completed',
      within: '7d',
    })
  })

  it('is none while something is not filled in', () => {
    expect(made(fresh('trait'))).toBeNull()
    expect(made(fresh('group'))).toBeNull()
    expect(made({ kind: 'group', group: 'all', parts: [] })).toBeNull()
    expect(made({ kind: 'trait', trait: 'orders', op: 'between', value: [1, null] })).toBeNull()
    expect(made({ kind: 'trait', trait: 'orders', op: '>=', value: 0 })).toEqual({ trait: 'orders', '>=': 0 })
    expect(made({ kind: 'trait', trait: 'new', op: '=', value: false })).toEqual({ trait: 'new', '=': false })
    expect(made({ kind: 'other', text: '[1]' })).toBeNull()
    expect(made({ kind: 'other', text: '{' })).toBeNull()
  })
})

describe('names', () => {
  it.each([
    ['Big spenders', 'big_spenders'],
    ['  Café—Oslo! ', 'cafe_oslo'],
    ['大客户', ''],
  ])('%s', (label, name) => expect(nameOf(label)).toBe(name))
})

it('compares a trait as what it holds', () => {
  expect(['number', 'text', 'boolean', 'instant', 'date', 'list'].map(kindOf)).toEqual([
    'number',
    'text',
    'boolean',
    'instant',
    'instant',
    'text',
  ])
})
