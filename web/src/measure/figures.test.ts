// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { changed, written } from './figures'

describe('figures', () => {
  it('are written as their unit has them', () => {
    expect(written(1234.5, 'money', 'EUR')).toContain('1,235')
    expect(written(0.256, 'share', 'EUR')).toBe('25.6%')
    expect(written(12, 'orders', 'EUR')).toBe('12')
    expect(written(1.256, 'orders', 'EUR')).toBe('1.26')
  })

  it('that are not known are no zero', () => {
    expect(written(null, 'money', 'EUR')).toBe('–')
    expect(changed(null, 'money')).toBe('–')
  })

  it('change by shares, and shares by points', () => {
    expect(changed(0.25, 'money')).toBe('+25%')
    expect(changed(-0.25, 'orders')).toBe('-25%')
    expect(changed(-0.013, 'share')).toContain('1.3')
    expect(changed(-0.013, 'share')).not.toContain('%')
  })
})
