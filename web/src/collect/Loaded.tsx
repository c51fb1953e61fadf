import { Alert, Button, Flex } from 'antd'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { whole } from '../app/numbers'
import { RefreshNow } from '../workspace/RefreshNow'
import { kindName } from './proposing'

type Result = Schemas['LoadResult']

/** What became of a file: every row is accepted or refused, with what is to be known of them and what to do next. */
export function Loaded({ result, name, another }: { result: Result; name: string; another: () => void }) {
  const { t } = useTranslation()
  const parts = [result, ...((result.further ?? []) as Result[])]
  const refused = parts.some((each) => each.refused)
  const told = (of: string, each: Result) =>
    t('data.loaded', { name: of, rows: whole(each.accepted + each.refused), accepted: whole(each.accepted), refused: whole(each.refused) })
  return (
    <Alert
      type={refused ? 'warning' : 'success'}
      showIcon
      title={told(name, result)}
      description={
        <>
          {parts.map((each) => (
            <div key={text(each.source)}>
              {each !== result && <div>{told(kindName(text(each.kind)), each)}</div>}
              {(each.notes ?? []).map((note, place) => (
                <div key={place}>{text(note)}</div>
              ))}
            </div>
          ))}
          {refused && <Link to="/data/$section" params={{ section: 'quarantine' }}>{t('data.seeRefused')}</Link>}
          <div>{t('data.thenRefresh')}</div>
        </>
      }
      action={
        <Flex gap={8} wrap>
          <Button onClick={another}>{t('data.another')}</Button>
          <RefreshNow />
        </Flex>
      }
    />
  )
}
