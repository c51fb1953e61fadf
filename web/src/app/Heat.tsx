import { theme } from 'antd'
import type { ReactNode } from 'react'

export interface Cell {
  said: string
  /** What it is and means, for those who cannot see where it stands. */
  about: string
  /** 0 to 1: how strongly it is colored. */
  strength: number
  isChosen?: boolean
  choose?: () => void
}

interface Shape {
  label: string
  corner: ReactNode
  columns: readonly string[]
  rows: readonly { key: string; label: ReactNode; cells: readonly (Cell | null)[] }[]
}

/** A grid of numbers, each as strongly colored as it is large; what can be chosen is a button. */
export function Heat({ label, corner, columns, rows }: Shape) {
  const { token } = theme.useToken()
  const shade = (strength: number) => `color-mix(in srgb, ${token.colorPrimary} ${Math.round(58 * Math.min(1, Math.max(0, strength)))}%, transparent)`
  const cell = (each: Cell) => ({
    display: 'block',
    width: '100%',
    minWidth: 44,
    minHeight: 40,
    padding: '8px 4px',
    border: 0,
    borderRadius: 6,
    outlineOffset: -2,
    boxShadow: each.isChosen ? `inset 0 0 0 2px ${token.colorText}` : undefined,
    background: shade(each.strength),
    color: token.colorText,
    font: 'inherit',
    fontVariantNumeric: 'tabular-nums',
    cursor: each.choose ? 'pointer' : undefined,
    textAlign: 'center' as const,
  })
  return (
    <div style={{ overflowX: 'auto' }} role="region" aria-label={label} tabIndex={0}>
      <table aria-label={label} style={{ borderCollapse: 'separate', borderSpacing: 3, width: '100%' }}>
        <thead>
          <tr>
            <th scope="col" style={{ fontWeight: 400, textAlign: 'start', fontSize: 12 }}>
              {corner}
            </th>
            {columns.map((each) => (
              <th key={each} scope="col" style={{ fontWeight: 500, padding: 4, fontSize: 12 }}>
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" style={{ fontWeight: 500, textAlign: 'start', paddingInlineEnd: 8 }}>
                {row.label}
              </th>
              {row.cells.map((each, place) => (
                <td key={columns[place]} style={{ padding: 0 }}>
                  {each && each.choose && (
                    <button type="button" style={cell(each)} aria-label={each.about} aria-pressed={!!each.isChosen} title={each.about} onClick={each.choose}>
                      {each.said}
                    </button>
                  )}
                  {each && !each.choose && <span style={cell(each)}>{each.said}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
