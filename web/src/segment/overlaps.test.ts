import { expect, it } from 'vitest'
import { overlapsOf } from './overlaps'

const pair = (segment: string, other: string, both: number, share: number, other_share: number) => ({
  segment,
  other,
  both,
  share,
  other_share,
})

it('sees every pair from the segment, whichever of the two it is', () => {
  const pairs = [pair('a', 'b', 2, 0.5, 0.1), pair('b', 'c', 3, 0.15, 0.9), pair('a', 'c', 1, 0.25, 0.3), pair('b', 'd', 0, 0, 0)]
  expect(overlapsOf('b', pairs)).toEqual([
    { other: 'c', both: 3, share: 0.15, otherShare: 0.9 },
    { other: 'a', both: 2, share: 0.1, otherShare: 0.5 },
  ])
})
