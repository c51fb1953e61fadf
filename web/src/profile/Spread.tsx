import { theme } from 'antd'

interface Shape {
  low: number
  high: number
  /** At 5, 25, 50, 75 and 95 percent. */
  quantiles: readonly number[]
  label: string
}

const WIDTH = 120
const HEIGHT = 18

/** A number's spread in the height of a line: nine tenths as a line, half as a box, the middle as a mark. */
export function Spread({ low, high, quantiles, label }: Shape) {
  const { token } = theme.useToken()
  const [q5 = low, q25 = low, q50 = low, q75 = high, q95 = high] = quantiles
  const ends = q95 > q5 ? [q5, q95] : [low, high]
  const at = (value: number) => 1 + ((value - ends[0]!) / (ends[1]! - ends[0]! || 1)) * (WIDTH - 2)
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} style={{ verticalAlign: 'middle' }}>
      <line x1={at(ends[0]!)} x2={at(ends[1]!)} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke={token.colorTextQuaternary} strokeWidth={2} />
      <rect x={at(q25)} width={Math.max(2, at(q75) - at(q25))} y={3} height={HEIGHT - 6} rx={3} fill={token.colorPrimary} opacity={0.45} />
      <rect x={at(q50) - 1} width={3} y={1} height={HEIGHT - 2} fill={token.colorPrimary} />
    </svg>
  )
}
