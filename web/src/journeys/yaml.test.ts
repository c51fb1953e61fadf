import { describe, expect, it } from 'vitest'
import { CART } from './example'
import { yamlOf } from './yaml'

describe('a definition as YAML', () => {
  it('stands as a person would write it', () => {
    expect(yamlOf({ journeys: [{ name: 'a', entry: { by_hand: true }, steps: [{ id: 'b', wait: '1h', days: ['mon'] }] }] })).toBe(
      'journeys:\n  - name: a\n    entry:\n      by_hand: true\n    steps:\n      - id: b\n        wait: "1h"\n        days:\n          - mon\n',
    )
  })

  it('quotes what would be read as something else', () => {
    for (const value of ['yes', '09:00', '1h', 'a: b', '# c', '', 'null', '007', '- x']) expect(yamlOf({ a: value })).toBe(`a: ${JSON.stringify(value)}\n`)
    expect(yamlOf({ '=': 1, on: 2, a: [], b: {}, c: null })).toBe('"=": 1\n"on": 2\na: []\nb: {}\nc: null\n')
  })

  it('writes a whole journey', () => {
    expect(yamlOf(CART)).toContain('        into:\n          coupon:\n            - id: m2\n')
  })
})
