import { Typography, theme } from 'antd'
import type { ReactNode } from 'react'

export interface Interval {
  label: ReactNode
  /** Null where it cannot be said; `words` then says why. */
  span: { low: number; value: number; high: number } | null
  words: ReactNode
  isQuiet?: boolean
}

/** Values with their intervals, one below the other on one scale; zero is drawn where it lies on it. */
export function Intervals({ rows, from }: { rows: Interval[]; from?: number }) {
  const { token } = theme.useToken()
  const { low, at } = scaleOf(rows, from)
  const hasZero = low < 0
  return (
    <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {rows.map((row, place) => {
        const colour = row.isQuiet ? token.colorTextQuaternary : token.colorPrimary
        return (
          <li
            key={place}
            style={{ display: 'flex', flexWrap: 'wrap', gap: '0 12px', padding: '6px 0', alignItems: 'center' }}
          >
            <span style={{ flex: '0 0 136px' }}>{row.label}</span>
            <span
              aria-hidden
              style={{ position: 'relative', flex: '1 1 140px', height: 20, background: token.colorFillQuaternary, borderRadius: 4 }}
            >
              {hasZero && (
                <span style={{ ...line(at(0)), top: 0, bottom: 0, width: 1, background: token.colorTextTertiary }} />
              )}
              {row.span && (
                <>
                  <span
                    style={{
                      ...line(at(row.span.low)),
                      width: `${at(row.span.high) - at(row.span.low)}%`,
                      top: 7,
                      height: 6,
                      borderRadius: 3,
                      background: colour,
                      opacity: 0.35,
                    }}
                  />
                  <span
                    style={{
                      ...line(at(row.span.value)),
                      top: 4,
                      width: 12,
                      height: 12,
                      marginLeft: -6,
                      borderRadius: 6,
                      background: colour,
                    }}
                  />
                </>
              )}
            </span>
            <Typography.Text
              type={row.span ? undefined : 'secondary'}
              style={{ flex: '1 0 190px', maxWidth: 230, fontVariantNumeric: 'tabular-nums' }}
            >
              {row.words}
            </Typography.Text>
          </li>
        )
      })}
    </ul>
  )
}

const line = (left: number) => ({ position: 'absolute', left: `${left}%` }) as const

/** The scale that holds all intervals: where it begins, and what share of its width a value stands at. */
export function scaleOf(rows: Pick<Interval, 'span'>[], from?: number) {
  const spans = rows.flatMap((row) => (row.span ? [row.span] : []))
  const least = Math.min(from ?? 0, ...spans.map((each) => each.low))
  const most = Math.max(0, ...spans.map((each) => each.high))
  const room = (most - least || 1) * 0.05
  const low = least < 0 ? least - room : least
  const high = most + room
  return { low, at: (value: number) => ((value - low) / (high - low)) * 100 }
}
