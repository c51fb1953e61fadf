import { expect, it } from 'vitest'
import { differing } from './differing'

it('names the fields in which two definitions differ, whatever their order', () => {
  const mine = { name: 'spring', goal: { event: 'a', within: 'P7D' }, holdout: 0.1, template: 'x' }
  const theirs = { goal: { within: 'P7D', event: 'a' }, name: 'spring', holdout: 0.2, cost: { fixed: 1 } }
  expect(differing(mine, theirs)).toEqual(['holdout', 'template', 'cost'])
})
