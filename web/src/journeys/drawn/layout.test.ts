import { describe, expect, it } from 'vitest'
import { CART, STEP_GRAMMAR } from '../example'
import { taken, type Body } from '../steps'
import { NODE, laidOut } from './layout'

const layout = laidOut(taken(CART, STEP_GRAMMAR).steps as Body[], STEP_GRAMMAR)
const at = (id: string) => layout.spots.find((each) => each.step.id === id)!

describe('the drawing of a journey', () => {
  it('puts no step upon another, and none outside', () => {
    for (const [place, one] of layout.spots.entries()) {
      expect(one.x).toBeGreaterThanOrEqual(0)
      expect(one.x + NODE.width).toBeLessThanOrEqual(layout.width)
      expect(one.y + NODE.height).toBeLessThanOrEqual(layout.height)
      for (const other of layout.spots.slice(place + 1))
        expect([one.step.id, other.step.id, Math.abs(one.x - other.x) >= NODE.width || Math.abs(one.y - other.y) >= NODE.height]).toEqual([one.step.id, other.step.id, true])
    }
  })

  it('goes down, and puts ways side by side', () => {
    expect(at('hesitates').y).toBeGreaterThan(at('settle').y)
    expect(at('t1').y).toBe(at('arm').y)
    expect(at('t1').x).toBeLessThan(at('arm').x)
    expect(at('which').y).toBeGreaterThan(at('m2').y)
    expect(at('bye').x).toBe(at('settle').x)
  })

  it('names every way, and marks the way back', () => {
    expect(layout.turns.map((each) => `${String(each.step.id)} ${each.way}`)).toEqual(['hesitates then', 'hesitates otherwise', 'arm plain', 'arm coupon', 'which 1', 'which otherwise'])
    expect(layout.lines.filter((line) => line.isJump)).toHaveLength(1)
  })

  it('has a place before and behind every step, but none behind one that ends', () => {
    const gaps = new Set(layout.gaps.map((gap) => `${gap.list.join('.')} ${gap.at}`))
    expect(gaps).toContain('steps.1.otherwise.0.into.plain 0')
    expect(gaps).toContain('steps.1.then 0')
    expect(gaps).not.toContain('steps.1.then 2')
    expect(gaps).toContain('steps 4')
  })
})
