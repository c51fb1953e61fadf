import { expect, test } from 'vitest'
import { stepsFor, underWay } from './next'

const message = (campaign: string, state: string, messages: number) => ({ campaign, state, messages, reason: null })

test('the next step is what has not been done yet', () => {
  const begun = { definitions: {}, fits: 0, as_of: null, messages: [] }
  expect(stepsFor(begun).map((each) => each.step)).toEqual(['segment', 'campaign', 'fit'])
  const defined = { ...begun, definitions: { segment: 2, campaign: 1 }, fits: 1 }
  expect(stepsFor(defined).map((each) => each.step)).toEqual(['send'])
  expect(stepsFor({ ...defined, messages: [message('spring', 'sent', 3)] })).toEqual([])
})

test('campaigns that still send come first', () => {
  const found = underWay([message('a', 'sent', 5), message('b', 'sent', 1), message('b', 'queued', 4), message('a', 'refused', 2)])
  expect(found).toEqual([
    { campaign: 'b', sent: 1, queued: 4 },
    { campaign: 'a', sent: 5, queued: 0 },
  ])
})
