import { Link } from '@tanstack/react-router'
import { Alert, Button, Flex } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem } from '../api/client'
import { Said } from './Said'

/** Why something cannot be shown or done, in the words of the program, and a way on. */
export function Fault({ fault, again }: { fault: unknown; again?: () => void }) {
  const { t } = useTranslation()
  const isAway = fault instanceof Problem && fault.status === 0
  const isEarly = fault instanceof Problem && fault.code === 'not_ready'
  const said = isAway ? t('fault.away') : fault instanceof Error ? fault.message : String(fault)
  return (
    <Alert
      type={isAway ? 'warning' : isEarly ? 'info' : 'error'}
      showIcon
      title={<Said words={said || t('fault.unforeseen')} />}
      description={isEarly && t('fault.early')}
      action={
        <Flex gap={8} wrap align="center">
          {isEarly && <Link to="/data">{t('home.bring')}</Link>}
          {isEarly && <Link to="/">{t('rooms.home')}</Link>}
          {again && <Button onClick={again}>{t('fault.again')}</Button>}
        </Flex>
      }
    />
  )
}
