import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Flex, Input, Modal, Tag, Typography, theme } from 'antd'
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { useTraitNames } from '../profile/traits'
import { nameInAddress } from './addresses'
import { Fault } from './Fault'
import { matching, type Findable } from './matching'
import { roomsFor } from './rooms'

/** All that has a name here; what cannot be asked for is left out. */
function useFindable(allows: readonly string[]): { all: Findable[]; isLoading: boolean } {
  const { t, i18n } = useTranslation()
  const { routesByPath } = useRouter()
  const segments = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')), retry: false })
  const divisions = useQuery({ queryKey: ['segmentations'], queryFn: () => answer(client.GET('/api/v1/segmentations')), retry: false })
  const campaigns = useQuery({ queryKey: ['campaigns'], queryFn: () => answer(client.GET('/api/v1/campaigns')), retry: false })
  const journeys = useQuery({ queryKey: ['journeys'], queryFn: () => answer(client.GET('/api/v1/journeys')), retry: false })
  const traits = useTraitNames()
  const isLoading = [segments, divisions, campaigns, journeys, traits].some((each) => each.isLoading)
  const all = useMemo(() => {
    const named = (kind: Findable['kind'], folder: string, name: string, label: string): Findable => ({
      kind,
      label: label || name,
      also: label ? name : '',
      path: `${folder}/${encodeURIComponent(nameInAddress(name))}`,
    })
    return [
      ...roomsFor(allows).flatMap((group) =>
        group.rooms.map((room): Findable => ({ kind: 'page', label: t(room.words), also: room.path.slice(1), path: room.path })),
      ),
      ...(segments.data?.items ?? []).map((each) => named('segment', '/segments', text(each.name), text(each.label))),
      ...(divisions.data?.items ?? []).map((each) => {
        const name = text(each.segmentation)
        return named('segmentation', '/segmentations', name, t(`segmentations.names.${name}`, { defaultValue: name }))
      }),
      ...('/campaigns/$name' in routesByPath
        ? (campaigns.data?.items ?? []).map((each) => named('campaign', '/campaigns', text(each.campaign), ''))
        : []),
      ...(journeys.data?.items ?? []).map((each) => named('journey', '/journeys', text(each.journey), '')),
      ...(traits.data?.items ?? []).map((each) => named('trait', '/traits', text(each.name), text(each.label))),
    ]
  }, [allows, campaigns.data, divisions.data, journeys.data, routesByPath, segments.data, t, traits.data])
  return { all, isLoading }
}

/** What is typed finds pages, segments, campaigns, journeys and traits by name, and people by whatever identifies them. */
export function Palette({ allows, close }: { allows: readonly string[]; close: () => void }) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const router = useRouter()
  const { all, isLoading } = useFindable(allows)
  const [asked, setAsked] = useState('')
  const [place, setPlace] = useState(0)
  const [isWanted, setWanted] = useState(false)
  const found = matching(all, asked)
  const who = asked.trim()
  const go = (path: string) => {
    close()
    router.history.push(path)
  }
  const person = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/profiles/lookup', { body: { key: who } })),
    onSuccess: (one) => go(`/people/${one.profile_id}`),
  })
  const rows = [
    ...found.map((each) => ({ key: each.path, kind: t(`find.kinds.${each.kind}`), label: each.label, also: each.also, act: () => go(each.path) })),
    ...(who ? [{ key: 'person', kind: t('find.kinds.person'), label: t('find.person', { who }), also: '', act: () => person.mutate() }] : []),
  ]
  const chosen = Math.min(place, rows.length - 1)
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && rows.length) {
      event.preventDefault()
      setPlace((chosen + step + rows.length) % rows.length)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) setWanted(true)
  }
  // Who is quicker than the lists gets what they asked for once it is known whether anything has that name.
  const act = rows[chosen]?.act
  const mayAct = isWanted && (found.length > 0 || !isLoading)
  useEffect(() => {
    if (!mayAct) return
    setWanted(false)
    act?.()
  }, [mayAct, act])
  return (
    <Modal open onCancel={close} footer={null} closable={false} title={null} style={{ top: 72 }} aria-label={t('find.open')}>
      <Input
        autoFocus
        allowClear
        size="large"
        role="combobox"
        aria-label={t('find.what')}
        aria-expanded
        aria-controls="found"
        aria-activedescendant={rows[chosen] && `found-${chosen}`}
        placeholder={t('find.what')}
        value={asked}
        onChange={(event) => {
          setAsked(event.target.value)
          setPlace(0)
          setWanted(false)
          person.reset()
        }}
        onKeyDown={pressed}
      />
      {person.isError && (
        <div style={{ marginTop: 8 }}>
          <Fault fault={person.error} />
        </div>
      )}
      <ul id="found" role="listbox" aria-label={t('find.open')} style={{ listStyle: 'none', margin: '8px 0 0', padding: 0, maxHeight: '55vh', overflowY: 'auto' }}>
        {rows.map((row, number) => (
          <li
            key={row.key}
            id={`found-${number}`}
            role="option"
            aria-selected={number === chosen}
            onMouseEnter={() => setPlace(number)}
            onClick={row.act}
            style={{ padding: '8px 12px', borderRadius: 6, cursor: 'pointer', background: number === chosen ? token.controlItemBgActive : undefined }}
          >
            <Flex gap={8} justify="space-between" align="center">
              <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                {row.label} {row.also && <Typography.Text type="secondary">{row.also}</Typography.Text>}
              </span>
              <Tag style={{ marginInlineEnd: 0 }}>{row.kind}</Tag>
            </Flex>
          </li>
        ))}
      </ul>
      {isLoading && (
        <Typography.Text type="secondary" role="status" style={{ display: 'block', padding: '4px 12px' }}>
          {t('loading')}
        </Typography.Text>
      )}
    </Modal>
  )
}
