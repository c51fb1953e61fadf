import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Flex } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { whole } from '../app/numbers'
import { Said } from '../app/Said'
import { Unsigned } from '../deliver/Unsigned'

const SHOWN = 3
const ELSEWHERE = ['quarantine', 'outbox', 'sender']

/** What wants a look, each with where to go for it: refused rows, held sending, silent sources, missed targets, findings of quality and of the checks. */
export function Wanted({ status, stale, missed }: { status: Schemas['Status'] } & Pick<Schemas['Overview'], 'stale' | 'missed'>) {
  const { t, i18n } = useTranslation()
  const checks = useQuery({ queryKey: ['doctor', i18n.language], queryFn: () => answer(client.GET('/api/v1/doctor')) })
  const quality = useQuery({
    queryKey: ['quality', i18n.language],
    staleTime: 600_000, // it reads every table
    queryFn: () => answer(client.GET('/api/v1/quality')),
  })
  const bad = checks.data?.items.filter((each) => each.state !== 'good' && !ELSEWHERE.includes(text(each.check))) ?? []
  const poor = quality.data?.items.filter((each) => each.severity === 'serious' && each.table !== 'quarantine') ?? []
  const why = text(status.fenced) || text(status.sending_held)
  const isUnsigned = status.unsigned.length > 0
  const isWell = checks.isSuccess && quality.isSuccess && !bad.length && !poor.length && !stale.length && !missed.length && !why && !status.in_quarantine && !isUnsigned
  return (
    <Flex vertical gap={8} component="section" aria-label={t('home.wanted')}>
      {status.in_quarantine > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('home.quarantine', { count: status.in_quarantine, n: whole(status.in_quarantine) })}
          action={
            <Link to="/data/$section" params={{ section: 'quarantine' }}>
              {t('home.mend')}
            </Link>
          }
        />
      )}
      {why && <Alert type="warning" showIcon title={t('home.held', { why })} action={<Link to="/campaigns">{t('home.look')}</Link>} />}
      {isUnsigned && <Unsigned />}
      {stale.map((each) => (
        <Alert key={text(each.source)} type="warning" showIcon title={text(each.finding)} action={<Link to="/data">{t('home.load')}</Link>} />
      ))}
      {missed.map((each) => (
        <Alert
          key={text(each.kpi)}
          type="warning"
          showIcon
          title={<Said words={text(each.finding)} />}
          action={
            <Link to="/kpis" search={{ by: 'period', kpi: text(each.kpi), days: '365' }}>
              {t('home.look')}
            </Link>
          }
        />
      ))}
      {bad.map((each) => (
        <Alert
          key={text(each.check)}
          type={each.state === 'bad' ? 'error' : 'info'}
          showIcon
          title={<Said words={text(each.finding)} />}
          action={<Link to="/doctor">{t('home.look')}</Link>}
        />
      ))}
      {poor.slice(0, SHOWN).map((each) => (
        <Alert
          key={`${text(each.source)} ${text(each.finding)}`}
          type="warning"
          showIcon
          title={t('home.poor', { source: text(each.source), finding: text(each.finding) })}
          action={<Link to="/data">{t('home.look')}</Link>}
        />
      ))}
      {poor.length > SHOWN && <Link to="/report">{t('home.morePoor', { count: poor.length - SHOWN })}</Link>}
      {isWell && <Alert type="success" showIcon title={t('home.well')} />}
    </Flex>
  )
}
