import { describe, expect, it } from 'vitest'
import { scaleOf } from './Intervals'

const span = (low: number, value: number, high: number) => ({ span: { low, value, high } })

describe('the scale of intervals', () => {
  it('begins at zero where nothing lies below', () => {
    const { low, at } = scaleOf([span(0.23, 0.27, 0.3), span(0.33, 0.36, 0.38)])
    expect(low).toBe(0)
    expect(at(0)).toBe(0)
    expect(at(0.38)).toBeLessThan(100)
  })

  it('holds what lies below zero, and zero', () => {
    const { at } = scaleOf([span(-0.2, -0.03, -0.01), { span: null }])
    expect(at(-0.2)).toBeGreaterThan(0)
    expect(at(0)).toBeLessThan(100)
    expect(at(-0.03)).toBeLessThan(at(0))
  })

  it('stands also where nothing can be said', () => {
    expect(scaleOf([{ span: null }]).at(0)).toBe(0)
  })
})
