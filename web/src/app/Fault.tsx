import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem } from '../api/client'

/** Why something cannot be shown or done, in the words of the program, and a way on. */
export function Fault({ fault, again }: { fault: unknown; again?: () => void }) {
  const { t } = useTranslation()
  const isAway = fault instanceof Problem && fault.status === 0
  const said = isAway ? t('fault.away') : fault instanceof Error ? fault.message : String(fault)
  return (
    <Alert
      type={isAway ? 'warning' : 'error'}
      showIcon
      title={said || t('fault.unforeseen')}
      action={again && <Button onClick={again}>{t('fault.again')}</Button>}
    />
  )
}
