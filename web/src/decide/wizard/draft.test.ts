import { describe, expect, it } from 'vitest'
import { freshDraft, isReady, meantFor, missing, plannable, written, type Draft } from './draft'

const draft = (changed: Partial<Draft['campaign']>, template: Draft['template'] = null): Draft => ({
  ...freshDraft(),
  campaign: { ...freshDraft().campaign, name: 'spring', template: 'hello', ...changed },
  template,
})
const hello = { name: 'hello-2', subject: 'Hello', body: '<p>Hello</p>' }

describe('a draft of a campaign', () => {
  it('is for the segment that it is begun with, whoever it was for before, and leaves that one in', () => {
    const before = draft({ audience: { everybody: true, exclude: ['vip', 'staff'] } })
    expect(meantFor(before, 'vip').campaign.audience).toEqual({ segments: ['vip'], match: 'any', exclude: ['staff'] })
    expect(meantFor(before, 'vip').campaign.name).toBe('spring')
  })

  it('says what it lacks, step by step', () => {
    expect(missing(freshDraft(), 'goal')).toEqual(['name'])
    expect(missing(freshDraft(), 'audience')).toEqual(['audience'])
    expect(missing(freshDraft(), 'content')).toEqual(['template'])
    expect(missing(draft({}, { ...hello, subject: '' }), 'content')).toEqual(['words'])
    expect(isReady(draft({ audience: { segments: ['vip'] } }))).toBe(true)
    expect(isReady(draft({ name: 'Spring sale', audience: { segments: ['vip'] } }))).toBe(false)
  })

  it('is written as short as it can be', () => {
    const body = written(draft({ audience: { segments: ['a', 'b'], match: 'all', exclude: [] } }))
    expect(body.audience).toEqual({ segments: ['a', 'b'], match: 'all' })
    expect(body).not.toHaveProperty('description')
  })

  it('means everybody only where that is said, and then no segments', () => {
    expect(written(draft({ audience: { segments: ['a'], everybody: true, exclude: ['b'] } })).audience).toEqual({
      everybody: true,
      exclude: ['b'],
    })
  })

  it('names the template that is written for it', () => {
    expect(written(draft({}, hello)).template).toBe('hello-2')
  })

  it('keeps what the forms do not ask for', () => {
    const caps = [{ times: 2, within: 'P7D' }]
    expect(written(draft({ frequency_caps: caps })).frequency_caps).toEqual(caps)
  })

  it('is planned once an audience is chosen, also without words and name', () => {
    expect(plannable(freshDraft())).toBeNull()
    const found = plannable(draft({ name: '', template: '', audience: { segments: ['vip'] } }))
    expect(found).toMatchObject({ name: 'draft', template: 'draft', audience: { segments: ['vip'] } })
  })
})
