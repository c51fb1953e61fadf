import { describe, expect, it } from 'vitest'
import { begunIn, cellBegun, partBegun } from './divisions'
import { GRAMMAR } from './builder/example'
import { made, taken, type Rule } from './builder/rule'

describe('segments begun from a segmentation', () => {
  it('have rules that the builder takes apart and puts together again', () => {
    for (const begun of [partBegun('lifecycle', 'at_risk', 'At risk'), cellBegun(5, 4, 5, 'Cell')]) {
      expect(made(taken(begun.rule as Rule, GRAMMAR), GRAMMAR)).toEqual(begun.rule)
    }
  })

  it('hold every cell of the grid with these two scores', () => {
    const [condition] = cellBegun(5, 4, 3, '').rule!.all as { in: string[] }[]
    expect(condition!.in).toEqual(['5-4-1', '5-4-2', '5-4-3'])
  })
})

describe('an address', () => {
  it('brings a rule and a label', () => {
    const rule = { all: [{ trait: 'orders', '>=': 2 }] }
    expect(begunIn({ rule, label: 'Twice' })).toEqual({ rule, label: 'Twice' })
  })

  it('brings nothing that could be no rule', () => {
    expect(begunIn({ rule: 'all', label: { a: 1 } })).toEqual({})
    expect(begunIn({ rule: [1], label: 5 })).toEqual({ label: '5' })
  })
})
