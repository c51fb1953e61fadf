import { Flex, theme } from 'antd'
import { ticks } from './scale'
import { useWidth } from './useWidth'

export interface Series {
  name: string
  points: readonly { x: number; y: number; low?: number | null; high?: number | null }[]
  isDots?: boolean
}

interface Shape {
  label: string
  series: readonly Series[]
  x: (value: number) => string
  y: (value: number) => string
  xTitle: string
  /** Where a dotted line stands. */
  mark?: number
  /** Whether both axes have one measure, and a line through equal values is drawn. */
  isSquare?: boolean
}

const HEIGHT = 260
const EDGE = { top: 12, right: 16, bottom: 40, left: 56 }

/** Lines or dots over one axis, with their ranges where they have any. */
export function Lines({ label, series, x, y, xTitle, mark, isSquare }: Shape) {
  const { token } = theme.useToken()
  const { place, width } = useWidth()
  const colors = [token.colorPrimary, token.colorWarning, token.colorSuccess]
  const points = series.flatMap((each) => each.points)
  const ys = points.flatMap((each) => [each.y, each.low ?? each.y, each.high ?? each.y])
  const xs = points.map((each) => each.x)
  const both = isSquare ? [...xs, ...ys] : ys
  const yTicks = ticks(Math.min(0, ...both), Math.max(...both))
  const ends = isSquare ? [yTicks[0]!, yTicks.at(-1)!] : [Math.min(...xs), Math.max(...xs)]
  const inner = { width: Math.max(0, width - EDGE.left - EDGE.right), height: HEIGHT - EDGE.top - EDGE.bottom }
  const toX = (value: number) => EDGE.left + ((value - ends[0]!) / (ends[1]! - ends[0]! || 1)) * inner.width
  const xTicks = isSquare ? yTicks : apart(xs, toX)
  const toY = (value: number) => EDGE.top + (1 - (value - yTicks[0]!) / (yTicks.at(-1)! - yTicks[0]! || 1)) * inner.height
  const path = (of: readonly { x: number; y: number }[]) => of.map((each, at) => `${at ? 'L' : 'M'}${toX(each.x)},${toY(each.y)}`).join('')
  return (
    <div ref={place}>
      {series.length > 1 && (
        <Flex gap={16} wrap style={{ marginBottom: 4 }}>
          {series.map((each, at) => (
            <span key={each.name}>
              <span aria-hidden style={{ display: 'inline-block', width: 18, height: 4, borderRadius: 2, marginInlineEnd: 6, verticalAlign: 'middle', background: colors[at] }} />
              {each.name}
            </span>
          ))}
        </Flex>
      )}
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label} style={{ display: 'block' }} fontSize={12} fill={token.colorTextSecondary}>
          {yTicks.map((tick) => (
            <g key={tick}>
              <line x1={EDGE.left} x2={width - EDGE.right} y1={toY(tick)} y2={toY(tick)} stroke={token.colorBorderSecondary} />
              <text x={EDGE.left - 8} y={toY(tick) + 4} textAnchor="end">
                {y(tick)}
              </text>
            </g>
          ))}
          {xTicks.map((tick) => (
            <text key={tick} x={toX(tick)} y={HEIGHT - EDGE.bottom + 18} textAnchor="middle">
              {x(tick)}
            </text>
          ))}
          <text x={EDGE.left + inner.width / 2} y={HEIGHT - 4} textAnchor="middle">
            {xTitle}
          </text>
          {mark !== undefined && (
            <line x1={toX(mark)} x2={toX(mark)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} stroke={token.colorText} strokeDasharray="3 4" />
          )}
          {isSquare && <path d={path([{ x: ends[0]!, y: ends[0]! }, { x: ends[1]!, y: ends[1]! }])} stroke={token.colorTextTertiary} strokeDasharray="4 4" />}
          {series.map((each, at) => (
            <g key={each.name} stroke={colors[at]} fill={colors[at]}>
              {!each.isDots && <path d={path(each.points)} fill="none" strokeWidth={2} />}
              {each.points.map((point) => (
                <g key={point.x}>
                  {point.low != null && point.high != null && <line x1={toX(point.x)} x2={toX(point.x)} y1={toY(point.low)} y2={toY(point.high)} strokeWidth={1.5} />}
                  {(each.isDots || each.points.length < 32) && <circle cx={toX(point.x)} cy={toY(point.y)} r={each.isDots ? 5 : 2.5} />}
                </g>
              ))}
            </g>
          ))}
        </svg>
      )}
    </div>
  )
}

const LABEL = 96

/** Of the places that there are, from the first on, those whose labels do not touch. */
function apart(xs: readonly number[], toX: (value: number) => number): number[] {
  const all = [...new Set(xs)].sort((one, other) => one - other)
  const kept: number[] = []
  for (const each of all) if (!kept.length || toX(each) - toX(kept.at(-1)!) >= LABEL) kept.push(each)
  return kept
}
