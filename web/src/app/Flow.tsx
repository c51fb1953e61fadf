import { theme } from 'antd'
import { bands } from './scale'
import { useWidth } from './useWidth'

interface Shape {
  label: string
  before: readonly string[]
  now: readonly string[]
  sizes: readonly (readonly number[])[]
  said: (share: number) => string
}

const GAP = 8
const BAR = 10
const LINE = 15

/** From where to where: who was in which part before, at the left, and is in which now. */
export function Flow({ label, before, now, sizes, said }: Shape) {
  const { token } = theme.useToken()
  const { place, width } = useWidth()
  const all = sizes.flat().reduce((sum, each) => sum + each, 0) || 1
  const left = sizes.map((row) => row.reduce((sum, each) => sum + each, 0) / all)
  const right = now.map((_, to) => sizes.reduce((sum, row) => sum + (row[to] ?? 0), 0) / all)
  const most = Math.max(before.length, now.length)
  const height = 320 + LINE * most
  const scale = height - (GAP + 1) * most - LINE
  const aside = Math.min(150, width * 0.3)
  const [from, to] = [aside, width - aside]
  const colors = [token.blue6, token.green6, token.orange6, token.red6, token.purple6, token.cyan6, token.gold6, token.magenta6]
  const tops = (shares: readonly number[]) => {
    let top = 4
    return shares.map((each) => {
      const here = top
      top += each * scale + GAP
      return here
    })
  }
  const [leftTops, rightTops] = [tops(left), tops(right)]
  const lines = (shares: readonly number[], starts: readonly number[]) => {
    let last = 0
    return shares.map((each, at) => (last = Math.max(last + LINE, starts[at]! + (each * scale) / 2 + 4)))
  }
  const [leftLines, rightLines] = [lines(left, leftTops), lines(right, rightTops)]
  const middle = (from + to) / 2
  return (
    <div ref={place}>
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label} fontSize={12} fill={token.colorText} style={{ display: 'block' }}>
          {bands(sizes).map((band) => {
            const y0 = band.leaves * scale + 4 + GAP * band.from
            const y1 = band.arrives * scale + 4 + GAP * band.to
            const thick = Math.max(0.5, band.size * scale)
            return (
              <path
                key={`${band.from}-${band.to}`}
                d={`M${from + BAR},${y0}C${middle},${y0} ${middle},${y1} ${to - BAR},${y1}L${to - BAR},${y1 + thick}C${middle},${y1 + thick} ${middle},${y0 + thick} ${from + BAR},${y0 + thick}Z`}
                fill={colors[band.from % colors.length]}
                opacity={band.from === band.to ? 0.25 : 0.5}
              >
                <title>{`${before[band.from]} → ${now[band.to]}: ${said(band.size)}`}</title>
              </path>
            )
          })}
          {before.map((name, at) => (
            <g key={name}>
              <rect x={from} y={leftTops[at]} width={BAR} height={Math.max(1, left[at]! * scale)} fill={colors[at % colors.length]} />
              <text x={from - 6} y={leftLines[at]} textAnchor="end">
                {`${name} ${said(left[at]!)}`}
              </text>
            </g>
          ))}
          {now.map((name, at) => (
            <g key={name}>
              <rect x={to - BAR} y={rightTops[at]} width={BAR} height={Math.max(1, right[at]! * scale)} fill={token.colorTextSecondary} />
              <text x={to + 6} y={rightLines[at]}>
                {`${name} ${said(right[at]!)}`}
              </text>
            </g>
          ))}
        </svg>
      )}
    </div>
  )
}
