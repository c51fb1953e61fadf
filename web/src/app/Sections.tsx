import { Link } from '@tanstack/react-router'
import { theme } from 'antd'

export interface Section {
  key: string
  label: string
  to: string
}

/** The sections of a page as links: each has an address, opens in another tab, and wraps where it is narrow. */
export function Sections({ label, open, sections }: { label: string; open: string; sections: Section[] }) {
  const { token } = theme.useToken()
  return (
    <nav aria-label={label} style={{ display: 'flex', flexWrap: 'wrap', gap: '0 20px', margin: '8px 0 16px', borderBottom: `1px solid ${token.colorBorderSecondary}` }}>
      {sections.map((each) => {
        const isOpen = each.key === open
        return (
          <Link
            key={each.key}
            to={each.to}
            aria-current={isOpen ? 'page' : undefined}
            style={{
              padding: '8px 0',
              color: isOpen ? token.colorLink : token.colorText,
              borderBottom: `2px solid ${isOpen ? token.colorLink : 'transparent'}`,
            }}
          >
            {each.label}
          </Link>
        )
      })}
    </nav>
  )
}
