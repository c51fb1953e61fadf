import { expect, it } from 'vitest'
import { byEvent, type TrafficRow } from './traffic'

const row = (event: string, property: string | null): TrafficRow => ({
  source: 'web',
  event,
  property,
  types: [],
  messages: 1,
  share: 1,
  first_at: '2026-01-01T00:00:00',
  last_at: '2026-01-01T00:00:00',
  examples: [],
})

it('gathers properties in their events', () => {
  const found = byEvent([row('Seen', null), row('Seen', 'sku'), row('Seen', 'price'), row('Left', null)])
  expect(found.map((each) => [each.event, each.properties.map((inner) => inner.property)])).toEqual([
    ['Seen', ['sku', 'price']],
    ['Left', []],
  ])
})
