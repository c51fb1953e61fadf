import { HolderOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Way } from './moving'
import type { Part } from './rule'
import { useTold, useTree, type Drop } from './tree'
import { WIDE } from './popups'

const KEYS: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' }
const WAYS: Way[] = ['up', 'down', 'in', 'out']
const STILL_PIXELS = 5
export const HOW = 'how-to-move'

/** What a part is moved by: dragged, stepped by the arrow keys, or by its menu. */
export function Handle({ part }: { part: Part }) {
  const { t } = useTranslation()
  const told = useTold()
  const tree = useTree()
  const { root, step, wrap, unwrap, can } = tree
  const dragging = useDragging(part.id)
  if (part.id === root.id) return null
  const step1 = (event: KeyboardEvent) => {
    const way = KEYS[event.key]
    if (!way || event.currentTarget.getAttribute('aria-expanded') === 'true') return
    event.preventDefault()
    step(part.id, way)
  }
  return (
    <Dropdown
      trigger={['click']}
      styles={WIDE}
      menu={{
        items: [
          ...WAYS.map((key) => ({ key, label: t(`rule.move.${key}`), disabled: !can(part.id, key) })),
          { type: 'divider' as const },
          { key: 'wrap', label: t('rule.move.wrap') },
          { key: 'not', label: t('rule.move.not') },
          ...(part.kind === 'group' ? [{ key: 'unwrap', label: t('rule.move.unwrap') }] : []),
        ],
        onClick: ({ key }) => {
          if (key === 'wrap') wrap(part.id, 'all')
          else if (key === 'not') wrap(part.id, 'not')
          else if (key === 'unwrap') unwrap(part.id)
          else step(part.id, key as Way)
        },
      }}
    >
      <Button
        type="text"
        icon={<HolderOutlined />}
        aria-label={t('rule.move.handle', { what: told(part) })}
        aria-describedby={HOW}
        data-handle={part.id}
        onKeyDown={step1}
        {...dragging}
        style={{ cursor: 'grab', touchAction: 'none', width: 28, flex: 'none' }}
      />
    </Dropdown>
  )
}

/** Dragging by whatever points; a press that stays where it is is a click, and opens the menu. */
function useDragging(id: number) {
  const { drag, drop, move, dragged } = useTree()
  const begun = useRef<{ x: number; y: number } | null>(null)
  const wasDragged = useRef(false)
  const end = (isDone: boolean) => {
    if (dragged === id && isDone && drop) move(id, drop)
    if (dragged === id) drag(null, null)
    begun.current = null
  }
  return {
    onPointerDown: (event: PointerEvent) => {
      begun.current = { x: event.clientX, y: event.clientY }
      wasDragged.current = false
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent) => {
      const from = begun.current
      if (!from || (dragged !== id && Math.hypot(event.clientX - from.x, event.clientY - from.y) < STILL_PIXELS)) return
      wasDragged.current = true
      drag(id, under(event.clientX, event.clientY, id))
    },
    onPointerUp: () => end(true),
    onPointerCancel: () => end(false),
    onClickCapture: (event: { stopPropagation: () => void }) => wasDragged.current && event.stopPropagation(),
  }
}

/** Between which parts a point lies: before the row under it in its upper half, after it in its lower. */
function under(x: number, y: number, id: number): Drop | null {
  const here = document.elementsFromPoint(x, y).find((each) => each.closest('[data-group]'))
  const row = here?.closest<HTMLElement>('[data-row]')
  const held = here?.closest<HTMLElement>('[data-group]')
  const own = document.querySelector(`[data-row="${id}"]`)
  if (!held || !here || own?.contains(here)) return null
  if (row?.contains(held)) return { into: Number(held.dataset.group), place: rowsOf(held).length }
  if (!row) return { into: Number(held.dataset.group), place: rowsOf(held).length }
  const { top, height } = row.getBoundingClientRect()
  const around = row.parentElement!.closest<HTMLElement>('[data-group]')!
  return { into: Number(around.dataset.group), place: rowsOf(around).indexOf(row) + (y > top + height / 2 ? 1 : 0) }
}

const rowsOf = (held: HTMLElement) =>
  [...held.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row.parentElement!.closest('[data-group]') === held)
