import { describe, expect, it } from 'vitest'
import { GROUPS, roomOf, roomsFor } from './rooms'

const paths = (allows: string[]) => roomsFor(allows).flatMap((group) => group.rooms.map((each) => each.path))

describe('rooms', () => {
  it('are found by addresses within them, and none by one that only begins alike', () => {
    expect(roomOf('/segments/vip/edit').path).toBe('/segments')
    expect(roomOf('/segmentation').path).toBe('/')
    expect(roomOf('/').path).toBe('/')
    expect(roomOf('/nowhere').path).toBe('/')
  })

  it('are not shown to whom they would refuse', () => {
    expect(paths(['read'])).not.toContain('/audit')
    expect(paths(['read', 'admin'])).toContain('/audit')
    expect(paths(['read'])).toContain('/segments')
  })

  it('have each an address of its own', () => {
    const all = GROUPS.flatMap((group) => group.rooms.map((each) => each.path))
    expect(new Set(all).size).toBe(all.length)
  })
})
