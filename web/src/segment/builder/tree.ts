import { createContext, useCallback, useContext, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKnown } from './known'
import { at, moved, placeOf, replaced, stepped, unwrapped, without, wrapped, type Moved, type Way } from './moving'
import type { Group, Part } from './rule'
import { told, type Story } from './telling'

/** Where what is dragged would come to stand. */
export interface Drop {
  into: number
  place: number
}

interface Tree {
  root: Group
  change: (part: Part) => void
  remove: (id: number) => void
  step: (id: number, way: Way) => void
  move: (id: number, to: Drop) => void
  wrap: (id: number, op: string) => void
  unwrap: (id: number) => void
  can: (id: number, way: Way) => boolean
  /** How many each part holds by itself, as last counted. */
  sizes: ReadonlyMap<number, number>
  dragged: number | null
  drop: Drop | null
  drag: (id: number | null, drop: Drop | null) => void
}

const TreeContext = createContext<Tree | null>(null)
export const TreeProvider = TreeContext.Provider

export function useTree(): Tree {
  const tree = useContext(TreeContext)
  if (!tree) throw new Error('Parts of rules are drawn within TreeProvider.')
  return tree
}

export interface Telling {
  tree: Omit<Tree, 'sizes'>
  /** What was done, for whoever does not see it. */
  said: string
  undo: (() => void) | null
  redo: (() => void) | null
  /** Begin with another rule, which can be undone. */
  put: (root: Group) => void
}

/** The rule as it is taken apart, with all that can be done to it and undone again. */
export function useTelling(begin: () => Group): Telling {
  const { t } = useTranslation()
  const toldOf = useTold()
  const [story, act] = useReducer(told<Group>, null, (): Story => ({ now: begin(), past: [], future: [], at: 0 }))
  const [said, say] = useState('')
  const [dragging, setDragging] = useState<{ dragged: number | null; drop: Drop | null }>({ dragged: null, drop: null })
  const focused = useRef<number | null>(null)
  const root = story.now
  useEffect(() => {
    if (focused.current === null) return
    document.querySelector<HTMLElement>(`[data-handle="${focused.current}"]`)?.focus()
    focused.current = null
  }, [root])
  const go = useCallback((to: Group, words: string, focus: number | null = null) => {
    focused.current = focus
    act({ to, isTyped: false, at: Date.now() })
    say(words)
  }, [])
  const settle = useCallback(
    (id: number, found: Moved | null) => {
      if (!found) return say(t('rule.said.stays'))
      const held = at(found.root, found.path.slice(0, -1))
      const what = toldOf(at(found.root, found.path))
      const group = toldOf(held)
      const of = held?.kind === 'group' ? held.parts.length : 1
      go(found.root, t('rule.said.moved', { what, place: found.path.at(-1)! + 1, of, group }), id)
    },
    [go, t, toldOf],
  )
  const tree = useMemo(
    () => ({
      root,
      ...dragging,
      change: (part: Part) => {
        const path = placeOf(root, part.id)
        const before = path && at(root, path)
        const isTyped = before?.kind !== 'group' && part.kind !== 'group' && !(before?.kind === 'condition' && part.kind === 'condition' && before.op !== part.op)
        if (path) act({ to: replaced(root, path, () => part), isTyped, at: Date.now() })
      },
      remove: (id: number) => {
        const path = placeOf(root, id)
        if (path?.length) go(without(root, path), t('rule.said.removed', { what: toldOf(at(root, path)) }))
      },
      step: (id: number, way: Way) => settle(id, stepped(root, id, way)),
      move: (id: number, to: Drop) => settle(id, moved(root, id, to.into, to.place)),
      wrap: (id: number, op: string) => go(wrapped(root, id, op), t('rule.said.wrapped'), id),
      unwrap: (id: number) => go(unwrapped(root, id), t('rule.said.unwrapped')),
      can: (id: number, way: Way) => stepped(root, id, way) !== null,
      drag: (dragged: number | null, drop: Drop | null) => setDragging({ dragged, drop }),
    }),
    [root, dragging, go, settle, t, toldOf],
  )
  const again = (what: 'undo' | 'redo') => () => {
    act(what)
    say(t(`rule.said.${what}`))
  }
  const put = useCallback((root: Group) => act({ to: root, isTyped: false, at: Date.now() }), [])
  return { tree, said, put, undo: story.past.length ? again('undo') : null, redo: story.future.length ? again('redo') : null }
}

/** What a part is called where there is room for a few words only. */
export function useTold(): (part: Part | undefined) => string {
  const { t } = useTranslation()
  const { traits, grammar } = useKnown()
  return useCallback(
    (part: Part | undefined) => {
      if (!part || part.kind === 'other') return t('rule.other')
      if (part.kind === 'group') return t(`rule.${part.op}`, { defaultValue: part.op })
      const { trait, [part.op]: main } = part.fields
      const called = typeof trait === 'string' && trait ? (traits.find((each) => each.value === trait)?.label ?? trait) : ''
      const op = t(`rule.op.${part.op}`, { defaultValue: grammar.operators.get(part.op)?.title ?? part.op })
      const value = typeof main === 'object' ? '' : String(main)
      return [called, op, value].filter(Boolean).join(' ')
    },
    [t, traits, grammar],
  )
}
