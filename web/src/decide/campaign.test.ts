import { describe, expect, it } from 'vitest'
import { daysOf, leftOut, stateOf } from './campaign'

describe('a campaign', () => {
  it.each([
    [{ launched: false, scheduled: false, queued: 0 }, false, 'draft'],
    [{ launched: false, scheduled: true, queued: 0 }, false, 'scheduled'],
    [{ launched: true, scheduled: false, queued: 3 }, false, 'sending'],
    [{ launched: true, scheduled: false, queued: 3 }, true, 'held'],
    [{ launched: true, scheduled: false, queued: 0 }, true, 'sent'],
  ])('%j, held: %s, is %s', (counts, held, state) => {
    expect(stateOf(counts, held)).toBe(state)
  })

  it.each([
    ['P14D', 14],
    ['14d', 14],
    ['P2W', 14],
    ['PT36H', null],
    [undefined, null],
  ])('counts its goal within %s for %s days', (within, days) => {
    expect(daysOf(within)).toBe(days)
  })

  it('says who is left out and why by numbers', () => {
    const reason = { text: 'the person said no', id: 'the person said no', values: {} }
    const out = { text: 'Left out: 3, because …', id: 'Left out', values: { count: 3, reason } }
    const meant = { text: '9 are meant', id: '9 are meant', values: { audience: 9 } }
    const unseen = { text: 'No effect could be seen: no goal', id: 'No effect', values: { reason } }
    expect(leftOut([meant, out, unseen])).toEqual({
      rows: [{ reason: 'the person said no', count: 3 }],
      others: [meant, unseen],
    })
  })
})
