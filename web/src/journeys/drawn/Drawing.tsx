import { theme } from 'antd'
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body, Path, StepGrammar } from '../steps'
import { END, ENTRY, NODE, laidOut, type Gap, type Spot } from './layout'

interface Shape {
  label: string
  steps: readonly Body[]
  grammar: StepGrammar
  entry: string
  /** Where who enters can be changed. */
  chooseEntry?: () => void
  end?: ReactNode
  words: (step: Body) => string
  /** What stands beneath the words of a step. */
  under?: (step: Body) => ReactNode
  turn: (step: Body, way: string) => string
  chosen?: Path
  choose: (path: Path, step: Body) => void
  isWrong?: (path: Path) => boolean
  /** What stands on a line, where a step can be put. */
  gap?: (gap: Gap) => ReactNode
  /** Keys that are pressed on a step. */
  press?: (path: Path, event: KeyboardEvent) => void
}

/** A journey as a tree from its entry down: steps are buttons, and lines say which turn leads where. */
export function Drawing({ label, steps, grammar, entry, chooseEntry, end, words, under, turn, chosen, choose, isWrong, gap, press }: Shape) {
  const { token } = theme.useToken()
  const { t } = useTranslation()
  const around = useRef<HTMLDivElement>(null)
  const layout = useMemo(() => laidOut(steps, grammar), [steps, grammar])
  const { width, height, middle } = layout
  useEffect(() => {
    const here = around.current
    if (here) here.scrollLeft = (width - here.clientWidth) / 2
  }, [width])
  const colors: Record<string, string> = { wait: token.gold6, message: token.blue6, branch: token.purple6, split: token.purple6, leave: token.red6 }
  const colorOf = (op: unknown) => colors[String(op)] ?? colors[String(op).split('_')[0]!] ?? token.cyan6
  const pill = {
    position: 'absolute',
    transform: 'translateX(-50%)',
    padding: '6px 14px',
    borderRadius: 18,
    maxWidth: Math.max(NODE.width, width - 24),
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    background: token.colorFillSecondary,
    color: token.colorText,
  } as const
  const node = ({ step, path, x, y }: Spot) => {
    const isChosen = chosen?.join() === path.join()
    const edge = `1px solid ${isWrong?.(path) ? token.colorError : isChosen ? token.colorPrimary : token.colorBorder}`
    return (
      <button
        key={path.join()}
        type="button"
        aria-pressed={isChosen}
        data-path={path.join()}
        data-step={String(step.id)}
        onKeyDown={press && ((event) => press(path, event))}
        onClick={() => choose(path, step)}
        style={{
          position: 'absolute',
          left: x,
          top: y,
          width: NODE.width,
          height: NODE.height,
          boxSizing: 'border-box',
          padding: '4px 10px',
          textAlign: 'start',
          font: 'inherit',
          lineHeight: 1.35,
          color: token.colorText,
          background: token.colorBgContainer,
          borderRadius: 8,
          borderBlock: edge,
          borderInlineEnd: edge,
          borderInlineStart: `5px solid ${colorOf(step.op)}`,
          boxShadow: isChosen ? `0 0 0 2px ${token.colorPrimary}` : undefined,
          cursor: 'pointer',
          overflow: 'hidden',
        }}
      >
        <span style={{ display: '-webkit-box', WebkitLineClamp: under ? 2 : 3, WebkitBoxOrient: 'vertical', overflow: 'hidden', overflowWrap: 'anywhere' }}>{words(step)}</span>
        {under && <span style={{ fontSize: 12, whiteSpace: 'nowrap' }}>{under(step)}</span>}
      </button>
    )
  }
  const plus = (each: Gap) => (
    <span key={`${each.list.join()} gap ${each.at}`} style={{ position: 'absolute', left: each.x, top: each.y, transform: 'translate(-50%, -50%)' }}>
      {gap?.(each)}
    </span>
  )
  return (
    <div
      ref={around}
      role="region"
      aria-label={label}
      tabIndex={0}
      style={{ overflow: 'auto', maxHeight: '78vh', border: `1px solid ${token.colorBorderSecondary}`, borderRadius: 8, background: token.colorBgLayout }}
    >
      <div style={{ position: 'relative', width, height: height + 12, margin: '0 auto' }}>
        <svg width={width} height={height} aria-hidden style={{ position: 'absolute', inset: 0 }} fill="none" stroke={token.colorTextQuaternary} strokeWidth={1.5}>
          {layout.lines.map((line) => (
            <path key={line.d} d={line.d} strokeDasharray={line.isJump ? '5 4' : undefined} />
          ))}
        </svg>
        {chooseEntry ? (
          <button
            type="button"
            aria-pressed={chosen?.join() === 'entry'}
            onClick={chooseEntry}
            style={{ ...pill, left: middle, top: ENTRY - 37, font: 'inherit', cursor: 'pointer', border: `1px solid ${chosen?.join() === 'entry' ? token.colorPrimary : token.colorBorder}` }}
          >
            {entry}
          </button>
        ) : (
          <div style={{ ...pill, left: middle, top: ENTRY - 36 }}>{entry}</div>
        )}
        {layout.turns.map((each) => (
          <span
            key={`${String(each.step.id)} ${each.way} ${each.x}`}
            style={{ position: 'absolute', left: each.x, top: each.y, transform: 'translate(-50%, -50%)', padding: '0 6px', fontSize: 12, maxWidth: NODE.width, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis', background: token.colorBgLayout, color: token.colorText }}
          >
            {turn(each.step, each.way)}
          </span>
        ))}
        {[...layout.spots, ...layout.gaps].sort((one, other) => one.order - other.order).map((each) => ('step' in each ? node(each) : plus(each)))}
        {layout.isOpen && <div style={{ ...pill, left: middle, top: height - END }}>{end ?? t('journeys.end')}</div>}
      </div>
    </div>
  )
}
