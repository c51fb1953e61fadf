import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMay } from '../protect/session'

/** That nothing can be sent before it is said who writes, and where an owner says so. */
export function Unsigned() {
  const { t } = useTranslation()
  const may = useMay('admin')
  return (
    <Alert
      type="warning"
      showIcon
      title={t('whoWrites.unsigned')}
      description={may ? undefined : t('whoWrites.whoSays')}
      action={
        may && (
          <Link to="/settings/$section" params={{ section: 'sender' }}>
            {t('whoWrites.say')}
          </Link>
        )
      }
    />
  )
}
