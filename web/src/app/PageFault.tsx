import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Fault } from './Fault'
import { Page } from './Page'

/** A page that cannot be shown: why, and a way on. */
export function PageFault({ fault, again }: { fault: unknown; again?: () => void }) {
  const { t } = useTranslation()
  return (
    <Page title={t('fault.notShown')}>
      <Fault fault={fault} again={again} />
      <p>
        <Link to="/">{t('rooms.home')}</Link>
      </p>
    </Page>
  )
}

/** What stands at an address that leads nowhere. */
export function Nowhere() {
  const { t } = useTranslation()
  return <PageFault fault={new Error(t('fault.nowhere'))} />
}
