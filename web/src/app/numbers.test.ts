import { describe, expect, it, vi } from 'vitest'
import { day, holdZone, instant } from './numbers'

vi.mock('./words', () => ({ language: () => 'en' }))

describe('instants', () => {
  it('are told by the clock of the business, whatever clock the browser has', () => {
    holdZone('Asia/Shanghai')
    expect(instant('2026-11-30T17:30:00')).toContain('Dec 1, 2026')
    expect(day('2026-11-30T17:30:00')).toBe('Dec 1, 2026')
    holdZone('America/New_York')
    expect(instant('2026-11-30T03:30:00')).toContain('Nov 29, 2026')
  })

  it('leave a day alone the day it is', () => {
    holdZone('America/New_York')
    expect(day('2026-11-30')).toBe('Nov 30, 2026')
  })
})
