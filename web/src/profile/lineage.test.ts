import { describe, expect, it } from 'vitest'
import { BOX, addressOf, placed, way } from './lineage'

const nodes = [
  { node: 'source:orders', step: -2 },
  { node: 'event:Order Completed', step: -1 },
  { node: 'trait:orders', step: 0 },
  { node: 'segment:vip', step: 1 },
  { node: 'segment:new', step: 1 },
]

describe('a lineage', () => {
  it('stands in a column a step, from the left to the right of the page', () => {
    const grid = placed(nodes, 1000)
    const x = new Map(grid.nodes.map((each) => [each.node, each.x]))
    expect([x.get('source:orders'), x.get('trait:orders')]).toEqual([0, (2 * (1000 - BOX.width)) / 3])
    expect(x.get('segment:vip')).toBe(x.get('segment:new'))
    expect(x.get('segment:vip')! + BOX.width).toBe(grid.width)
  })

  it('lets no box lie on another, and is wider than the page before it does', () => {
    const grid = placed(nodes, 100)
    expect(grid.width).toBe(4 * BOX.width + 3 * BOX.between)
    const [vip, other] = grid.nodes.filter((each) => each.node.startsWith('segment'))
    expect(other!.y - vip!.y).toBe(BOX.height + BOX.gap)
  })

  it('stands in the middle where there is one alone, and lines go from right to left edges', () => {
    const [alone] = placed([{ node: 'trait:city', step: 0 }], 500).nodes
    expect(alone).toEqual({ node: 'trait:city', x: (500 - BOX.width) / 2, y: 0 })
    expect(way({ node: 'a', x: 0, y: 0 }, { node: 'b', x: 300, y: 100 })).toBe('M170,23C235,23 235,123 300,123')
  })

  it('leads to pages', () => {
    expect(addressOf('segment', 'a/b')).toBe('/segments/a%2Fb')
    expect(addressOf('stranger', 'x')).toBeUndefined()
  })
})
