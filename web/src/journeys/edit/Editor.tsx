import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { answer, client } from '../../api/client'
import { dropDraft, readDraft } from '../../app/draft'
import { PageFault } from '../../app/PageFault'
import { KnownProvider, useAllKnown } from '../../segment/builder/known'
import { useStepGrammar } from '../queries'
import { blankJourney, taken, type Body } from '../steps'
import { Canvas } from './Canvas'

export function NewJourney() {
  return <WithKnown />
}

export function EditJourney() {
  const name = String(useParams({ strict: false }).name)
  const found = useQuery({
    queryKey: ['definition', 'journey', name],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'journey', name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  return <WithKnown kept={{ body: { ...(found.data.body as Body), name }, version: found.data.version }} />
}

interface Kept {
  body: Body
  version?: number
}

function WithKnown({ kept }: { kept?: Kept }) {
  const { known, error, again } = useAllKnown()
  const grammar = useStepGrammar()
  const draft = `journey ${String(kept?.body.name ?? '')}`
  const [times, count] = useState(0)
  const opened = useMemo(() => ({ key: `${draft} ${times}`, before: readDraft<Kept>(draft) }), [draft, times])
  const body = useMemo(() => {
    if (!grammar.data || !known) return null
    return taken(opened.before?.body ?? kept?.body ?? blankJourney(), grammar.data)
  }, [grammar.data, known, kept, opened])
  if (grammar.isError) return <PageFault fault={grammar.error} again={() => void grammar.refetch()} />
  if (!known || !grammar.data || !body) return error ? <PageFault fault={error} again={again} /> : <Skeleton active />
  const anew = () => {
    dropDraft(draft)
    count(times + 1)
  }
  return (
    <KnownProvider value={known}>
      <Canvas
        key={opened.key}
        begin={body}
        version={kept?.version}
        seenBefore={opened.before ? opened.before.version : kept?.version}
        draft={draft}
        anew={opened.before && anew}
        grammar={grammar.data}
      />
    </KnownProvider>
  )
}
