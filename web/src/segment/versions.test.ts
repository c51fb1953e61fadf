import { expect, it } from 'vitest'
import { changedIn } from './versions'

it('says what a version changed, and all of the first', () => {
  const first = { name: 'vip', label: 'VIP', rule: { trait: 'revenue', '>': 100 } }
  const second = { name: 'vip', label: 'VIP', rule: { trait: 'revenue', '>': 200 }, description: 'best' }
  expect(changedIn(first).map((each) => each.field)).toEqual(['label', 'rule'])
  expect(changedIn(second, first)).toEqual([
    { field: 'rule', before: JSON.stringify(first.rule, null, 2), after: JSON.stringify(second.rule, null, 2) },
    { field: 'description', before: undefined, after: 'best' },
  ])
  expect(changedIn(first, second).at(-1)).toEqual({ field: 'description', before: 'best', after: undefined })
  expect(changedIn(first, first)).toEqual([])
})
