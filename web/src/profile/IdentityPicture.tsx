import { theme } from 'antd'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { useWidth } from '../app/useWidth'
import { arcsOf } from './arcs'
import { useNamespaceName } from './names'

const ROW = 34
const ROOM = 88
const MOST = 60

/** Identifiers below each other, joined by arcs: what is far apart is joined by a wider one. The list beside it says the same. */
export function IdentityPicture({ identifiers, links }: { identifiers: Schemas['GraphNode'][]; links: Schemas['GraphLink'][] }) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const namespace = useNamespaceName()
  const { place, width } = useWidth()
  const drawn = identifiers.slice(0, MOST)
  const arcs = arcsOf(drawn.map((each) => each.identifier_id), links)
  const deepest = Math.max(1, ...arcs.map((each) => each.depth))
  const toY = (row: number) => row * ROW + ROW / 2
  return (
    <div ref={place}>
      <svg role="img" aria-label={t('person.picture', { count: identifiers.length, links: links.length })} width={width} height={drawn.length * ROW}>
        {arcs.map(({ from, to, depth }) => {
          const out = ROOM - 20 - ((ROOM - 28) * depth) / deepest
          return (
            <path
              key={`${from} ${to}`}
              d={`M ${ROOM} ${toY(from)} C ${out} ${toY(from)}, ${out} ${toY(to)}, ${ROOM} ${toY(to)}`}
              fill="none"
              stroke={token.colorPrimary}
              strokeWidth={1.5}
            />
          )
        })}
        {drawn.map((each, row) => (
          <g key={each.identifier_id}>
            <circle cx={ROOM} cy={toY(row)} r={5} fill={token.colorPrimary} />
            <text x={ROOM + 14} y={toY(row) - 2} fill={token.colorText} fontSize={13}>
              {text(each.value)}
            </text>
            <text x={ROOM + 14} y={toY(row) + 12} fill={token.colorTextDescription} fontSize={11}>
              {namespace(text(each.namespace))}
            </text>
          </g>
        ))}
      </svg>
      {identifiers.length > MOST && t('person.more', { count: identifiers.length - MOST })}
    </div>
  )
}
