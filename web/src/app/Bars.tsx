import { theme } from 'antd'
import type { ReactNode } from 'react'

export interface Bar {
  key: string
  label: ReactNode
  value: number
  /** The value as it is written behind the bar. */
  said: string
  /** Where a line across the bar says what was expected. */
  mark?: number
  low?: number | null
  high?: number | null
}

/** Bars lying one above another, each with its name before and its value behind. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const { token } = theme.useToken()
  const most = Math.max(...bars.flatMap((bar) => [bar.value, bar.mark ?? 0, bar.high ?? 0]), 0) || 1
  const part = (value: number) => `${(100 * Math.max(0, value)) / most}%`
  return (
    <ul
      aria-label={label}
      style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gridTemplateColumns: 'minmax(72px, auto) minmax(80px, 1fr) auto', gap: '6px 12px', alignItems: 'center' }}
    >
      {bars.map((bar) => (
        <li key={bar.key} style={{ display: 'contents' }}>
          <span style={{ maxWidth: 260, overflowWrap: 'anywhere' }}>{bar.label}</span>
          <span aria-hidden style={{ position: 'relative', height: 18, display: 'block', background: token.colorFillQuaternary, borderRadius: 4 }}>
            <span style={{ position: 'absolute', inset: 0, width: part(bar.value), background: token.colorPrimary, opacity: 0.8, borderRadius: 4 }} />
            {bar.low != null && bar.high != null && (
              <span style={{ position: 'absolute', top: 8, height: 2, insetInlineStart: part(bar.low), width: part(bar.high - bar.low), background: token.colorText }} />
            )}
            {bar.mark !== undefined && (
              <span style={{ position: 'absolute', top: -3, bottom: -3, width: 3, marginInlineStart: -1, insetInlineStart: part(bar.mark), background: token.colorWarning }} />
            )}
          </span>
          <span style={{ textAlign: 'end', fontVariantNumeric: 'tabular-nums' }}>{bar.said}</span>
        </li>
      ))}
    </ul>
  )
}
