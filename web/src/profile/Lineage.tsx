import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Skeleton, theme } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { useWidth } from '../app/useWidth'
import { useDivision } from '../segment/divisions'
import { BOX, addressOf, placed, way } from './lineage'

type Shown = Schemas['LineageShown']
type Node = Shown['nodes'][number]

/** Below this boxes beside each other would be too small to read, and stand in a list. */
const NARROW = 700

/** What a trait is made of, down to sources, and what uses it, up to campaigns: drawn, and as a list. */
export function Lineage({ name }: { name: string }) {
  const { t, i18n } = useTranslation()
  const kindOf = useKind()
  const found = useQuery({
    queryKey: ['lineage', name, i18n.language],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/traits/{name}/lineage', { params: { path: { name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { nodes, finding } = found.data
  const side = (step: number) => t(step < 0 ? 'lineage.feeds' : step > 0 ? 'lineage.uses' : 'lineage.itself')
  return (
    <Figure
      title={t('lineage.title')}
      words={finding.map(text)}
      rows={nodes}
      columns={[
        { title: t('lineage.place'), render: (_, node) => side(node.step) },
        { title: t('lineage.kind'), render: (_, node) => kindOf(text(node.kind)) },
        { title: t('lineage.name'), render: (_, node) => <Called node={node} /> },
        { title: t('lineage.properties'), render: (_, node) => text(node.about) || '–' },
      ]}
      extra={<CopyAs command={`coterie traits lineage ${name}`} call={`GET /api/v1/traits/${name}/lineage`} />}
    >
      <Picture found={found.data} />
    </Figure>
  )
}

function useKind() {
  const { t } = useTranslation()
  return (kind: string) => t(`lineage.kinds.${kind}`, { defaultValue: kind })
}

/** What people call it, leading to its page. */
function Called({ node }: { node: Node }) {
  const { called } = useDivision()
  const [kind, name] = [text(node.kind), text(node.name)]
  const label = kind === 'segmentation' ? called(name) : text(node.label) || name
  const said = label.charAt(0).toUpperCase() + label.slice(1)
  const to = addressOf(kind, name)
  return to && node.step !== 0 ? <Link to={to}>{said}</Link> : <strong>{said}</strong>
}

function Picture({ found }: { found: Shown }) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const kindOf = useKind()
  const { place, width } = useWidth()
  const { nodes, links } = found
  const grid = placed(nodes.map((each) => ({ node: text(each.node), step: each.step })), width)
  const at = new Map(grid.nodes.map((each) => [each.node, each]))
  const box = (node: Node) => (
    <div
      style={{
        height: BOX.height,
        boxSizing: 'border-box',
        padding: '3px 8px',
        borderRadius: 6,
        overflow: 'hidden',
        background: token.colorBgContainer,
        border: `1px solid ${node.step === 0 ? token.colorPrimary : token.colorBorder}`,
        borderInlineStartWidth: 4,
      }}
    >
      <div style={{ fontSize: 11, lineHeight: '16px', color: token.colorTextSecondary, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {[kindOf(text(node.kind)), text(node.about)].filter(Boolean).join(' · ')}
      </div>
      <div title={text(node.label)} style={{ lineHeight: '20px', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>
        <Called node={node} />
      </div>
    </div>
  )
  if (width > 0 && width < NARROW)
    return (
      <div ref={place}>
        {[
          { words: t('lineage.feeds'), held: nodes.filter((each) => each.step < 0) },
          { words: t('lineage.uses'), held: nodes.filter((each) => each.step > 0) },
        ].map(({ words, held }) => (
          <section key={words} aria-label={words}>
            <h3 style={{ fontSize: 14, margin: '8px 0' }}>{words}</h3>
            <ul style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: BOX.gap }}>
              {held.map((node) => (
                <li key={text(node.node)}>{box(node)}</li>
              ))}
            </ul>
            {!held.length && '–'}
          </section>
        ))}
      </div>
    )
  return (
    <div ref={place} style={{ overflowX: 'auto' }} tabIndex={grid.width > width ? 0 : undefined} role="group" aria-label={t('lineage.title')}>
      {width > 0 && (
        <div style={{ position: 'relative', width: grid.width, height: grid.height }}>
          <svg width={grid.width} height={grid.height} aria-hidden style={{ position: 'absolute', inset: 0 }}>
            {links.map((link) => {
              const [from, to] = [at.get(text(link.node)), at.get(text(link.to))]
              return from && to ? (
                <path key={`${from.node} ${to.node}`} d={way(from, to)} fill="none" stroke={token.colorPrimary} strokeOpacity={0.45} strokeWidth={1.5} />
              ) : null
            })}
          </svg>
          {nodes.map((node) => {
            const here = at.get(text(node.node))!
            return (
              <div key={here.node} style={{ position: 'absolute', insetInlineStart: here.x, top: here.y, width: BOX.width }}>
                {box(node)}
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}
