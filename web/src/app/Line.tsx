import { theme } from 'antd'
import { linePath } from './line'

/** How something went over time, as a line with its ends named; its table stands beneath wherever it is used. */
export function Line({ points, words }: { points: { at: number; value: number; label: string }[]; words: string }) {
  const { token } = theme.useToken()
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < 2) return null
  return (
    <figure style={{ margin: '0 0 12px' }}>
      <svg role="img" aria-label={words} viewBox="0 0 600 140" preserveAspectRatio="none" style={{ width: '100%', height: 140 }}>
        <path d={linePath(points, 600, 140, true)} fill={token.colorPrimaryBg} stroke="none" />
        <path
          d={linePath(points, 600, 140, false)}
          fill="none"
          stroke={token.colorPrimary}
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption>
        <span style={{ display: 'flex', justifyContent: 'space-between', color: token.colorTextDescription }}>
          <span>{first.label}</span>
          <span>{last.label}</span>
        </span>
        {words}
      </figcaption>
    </figure>
  )
}
