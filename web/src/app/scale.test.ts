import { describe, expect, it } from 'vitest'
import { bands, ticks } from './scale'

describe('ticks', () => {
  it('are round, in order, and hold both ends between them', () => {
    expect(ticks(0, 97)).toEqual([0, 20, 40, 60, 80, 100])
    expect(ticks(-0.13, 0.22)).toEqual([-0.2, -0.1, 0, 0.1, 0.2, 0.3])
    expect(ticks(3, 3)).toEqual([3])
  })

  it('hold the ends whatever these are', () => {
    for (let turn = 1; turn < 200; turn++) {
      const [low, high] = [-turn * 1.37, turn ** 2 * 0.713]
      const found = ticks(low, high)
      expect(found[0]).toBeLessThanOrEqual(low)
      expect(found.at(-1)).toBeGreaterThanOrEqual(high)
      expect(found.length).toBeLessThan(9)
    }
  })
})

describe('bands', () => {
  const sizes = [
    [2, 1],
    [0, 1],
  ]

  it('hold everybody once, on both sides', () => {
    const found = bands(sizes)
    expect(found.reduce((sum, each) => sum + each.size, 0)).toBeCloseTo(1)
    expect(found.map((each) => [each.from, each.to])).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ])
  })

  it('lie under one another without a gap or an overlap', () => {
    const found = bands(sizes)
    expect(found.map((each) => each.leaves)).toEqual([0, 0.5, 0.75])
    expect(found.map((each) => each.arrives)).toEqual([0, 0.5, 0.75])
  })

  it('are none where nobody is', () => expect(bands([[0]])).toEqual([]))
})
