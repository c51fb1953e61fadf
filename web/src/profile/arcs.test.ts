import { expect, it } from 'vitest'
import { arcsOf } from './arcs'

it('arcs go from what stands above to what stands below, the shortest first', () => {
  const links = [
    { left_id: 9, right_id: 4 },
    { left_id: 4, right_id: 7 },
    { left_id: 4, right_id: 100 },
  ]
  expect(arcsOf([4, 7, 9], links)).toEqual([
    { from: 0, to: 1, depth: 1 },
    { from: 0, to: 2, depth: 2 },
  ])
})
