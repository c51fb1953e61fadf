import { theme } from 'antd'
import { share } from './numbers'

/** A share as a bar in a line of a table, with its number beside it. */
export function Part({ of }: { of: number }) {
  const { token } = theme.useToken()
  return (
    <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center', whiteSpace: 'nowrap' }}>
      <span aria-hidden style={{ width: 90, height: 6, borderRadius: 3, overflow: 'hidden', background: token.colorFillSecondary }}>
        <span style={{ display: 'block', width: `${100 * of}%`, height: '100%', background: token.colorPrimary }} />
      </span>
      {share(of)}
    </span>
  )
}
