import { describe, expect, it } from 'vitest'
import { edited, together } from './mending'

const row = { quarantine_id: 7, value: 'many' }

describe('mending of refused rows', () => {
  it('notes a value that differs, and forgets one that is put back', () => {
    const once = edited({}, row, 'total', '12')
    expect(once).toEqual({ 7: { total: '12' } })
    expect(edited(once, row, 'total', 'many')).toEqual({})
  })

  it('keeps what is mended in other rows and columns', () => {
    const edits = { 7: { date: '2026-01-01' }, 8: { total: '1' } }
    expect(edited(edits, row, 'total', '12')).toEqual({ 7: { date: '2026-01-01', total: '12' }, 8: { total: '1' } })
    expect(edits[7]).toEqual({ date: '2026-01-01' })
  })

  it('is told for all sources together', () => {
    const results = [
      { rows: 3, accepted: 2, refused: 1 },
      { rows: 1, accepted: 1, refused: 0 },
    ]
    expect(together(results)).toEqual({ rows: 4, accepted: 3, refused: 1 })
  })
})
