import { describe, expect, it } from 'vitest'
import { daysBefore, spanOf } from './spans'

describe('a span between two dates', () => {
  it('is ninety days up to the last refresh where nobody said another', () => {
    expect(spanOf(undefined, undefined, '2026-03-01')).toEqual({ since: '2025-12-01', until: '2026-03-01' })
    expect(spanOf('yesterday', '2026-13-40', '2026-03-01')).toEqual({ since: '2025-12-01', until: '2026-03-01' })
  })

  it('is as the address says, and never ends after the last refresh', () => {
    expect(spanOf('2025-01-01', '2025-06-30', '2026-03-01')).toEqual({ since: '2025-01-01', until: '2025-06-30' })
    expect(spanOf('2025-01-01', '2030-01-01', '2026-03-01').until).toBe('2026-03-01')
  })

  it('counts days over the ends of years and February', () => {
    expect(daysBefore('2024-03-01', 1)).toBe('2024-02-29')
  })
})
