import { describe, expect, it } from 'vitest'
import { linePath } from './line'

describe('a line over time', () => {
  it('begins at zero, so that a tenth less looks like a tenth less', () => {
    const path = linePath([{ at: 0, value: 100 }, { at: 10, value: 90 }], 100, 108, false)
    expect(path).toBe('M0 4L100 14')
  })

  it('keeps the distances of time', () => {
    const path = linePath([{ at: 0, value: 1 }, { at: 1, value: 1 }, { at: 4, value: 1 }], 100, 108, false)
    expect(path).toBe('M0 4L25 4L100 4')
  })

  it('stands where all is nothing or all is at once', () => {
    expect(linePath([{ at: 5, value: 0 }, { at: 5, value: 0 }], 100, 108, true)).toBe('M0 104L0 104L100 108L0 108Z')
  })
})
