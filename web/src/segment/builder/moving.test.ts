import { describe, expect, it } from 'vitest'
import { moved, placeOf, stepped, unwrapped, without, wrapped, type Way } from './moving'
import { told } from './telling'
import { condition, group, type Group, type Part } from './rule'

const named = (name: string) => condition(name, {})
const drawn = (part: Part): string => (part.kind === 'group' ? `${part.op}(${part.parts.map(drawn).join(' ')})` : part.kind === 'condition' ? part.op : '')

/** all(a any(b c) d) */
function shop(): { root: Group; id: (name: string) => number } {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(named) as [Part, Part, Part, Part]
  const inner = group([b, c], 'any')
  const root = group([a, inner, d])
  const ids: Record<string, number> = { a: a.id, b: b.id, c: c.id, d: d.id, any: inner.id, all: root.id }
  return { root, id: (name) => ids[name]! }
}

describe('a part', () => {
  it.each<[string, Way, string | null]>([
    ['a', 'down', 'all(any(b c) a d)'],
    ['a', 'up', null],
    ['a', 'in', 'all(any(a b c) d)'],
    ['a', 'out', null],
    ['d', 'in', 'all(a any(b c d))'],
    ['d', 'down', null],
    ['b', 'down', 'all(a any(c b) d)'],
    ['b', 'out', 'all(a any(c) b d)'],
    ['any', 'up', 'all(any(b c) a d)'],
    ['any', 'in', null],
  ])('%s goes %s', (name, way, expected) => {
    const { root, id } = shop()
    const found = stepped(root, id(name), way)
    expect(found && drawn(found.root)).toBe(expected)
    if (found) expect(found.path).toEqual(placeOf(found.root, id(name)))
  })

  it('is put anywhere but into itself, and a group left empty goes', () => {
    const { root, id } = shop()
    expect(drawn(moved(root, id('d'), id('any'), 1)!.root)).toBe('all(a any(b d c))')
    expect(moved(root, id('any'), id('any'), 0)).toBeNull()
    expect(moved(root, id('a'), id('all'), 1)).toBeNull()
    const once = moved(root, id('b'), id('all'), 0)!.root
    expect(drawn(moved(once, id('c'), id('all'), 4)!.root)).toBe('all(b a d c)')
    expect(drawn(root)).toBe('all(a any(b c) d)')
  })

  it('is wrapped, dissolved and taken away', () => {
    const { root, id } = shop()
    const opposite = wrapped(root, id('a'), 'not')
    expect(drawn(opposite)).toBe('all(not(a) any(b c) d)')
    const outer = opposite.parts[0]!
    expect(drawn(moved(opposite, id('d'), outer.id, 1)!.root)).toBe('all(none(a d) any(b c))')
    expect(drawn(unwrapped(root, id('any')))).toBe('all(a b c d)')
    expect(drawn(without(without(root, [1, 0]), [1, 0]))).toBe('all(a d)')
  })
})

describe('what was done', () => {
  it('is undone and done again, what was typed in one breath at once', () => {
    const [one, two, three] = [group([]), group([]), group([])]
    let story = told({ now: one, past: [], future: [], at: 0 }, { to: two, isTyped: true, at: 5_000 })
    story = told(story, { to: three, isTyped: true, at: 5_100 })
    expect(story.past).toEqual([one])
    story = told(story, 'undo')
    expect(story.now).toBe(one)
    expect(told(story, 'undo')).toBe(story)
    expect(told(story, 'redo').now).toBe(three)
    expect(told(story, { to: two, isTyped: false, at: 5_200 }).future).toEqual([])
  })
})
