import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router'
import { traitBegunIn } from '../profile/traitDraft'
import { begunIn } from '../segment/divisions'
import { named, texts } from './addresses'
import { Nowhere } from './PageFault'
import { Shell } from './Shell'

interface Context {
  queries: QueryClient
}

const root = createRootRouteWithContext<Context>()({ component: Outlet })
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell })

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('../protect/Join'), 'Join'),
})
const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('../workspace/Home'), 'Home'),
})
const welcome = createRoute({
  getParentRoute: () => inside,
  path: '/welcome',
  component: lazyRouteComponent(() => import('../workspace/Welcome'), 'Welcome'),
})
const data = createRoute({
  getParentRoute: () => inside,
  path: '/data',
  component: lazyRouteComponent(() => import('../collect/Data'), 'Data'),
})
const dataSection = createRoute({
  getParentRoute: () => inside,
  path: '/data/$section',
  component: lazyRouteComponent(() => import('../collect/Data'), 'Data'),
})
const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  component: lazyRouteComponent(() => import('../profile/People'), 'People'),
})
const person = createRoute({
  getParentRoute: () => inside,
  path: '/people/$number',
  component: lazyRouteComponent(() => import('../profile/Person'), 'PersonPage'),
})
const personSection = createRoute({
  getParentRoute: () => inside,
  path: '/people/$number/$section',
  component: lazyRouteComponent(() => import('../profile/Person'), 'PersonPage'),
})
const segments = createRoute({
  getParentRoute: () => inside,
  path: '/segments',
  component: lazyRouteComponent(() => import('../segment/Segments'), 'Segments'),
})
const newSegment = createRoute({
  getParentRoute: () => inside,
  path: '/segments/new',
  validateSearch: begunIn,
  component: lazyRouteComponent(() => import('../segment/builder/Builder'), 'NewSegment'),
})
const targets = createRoute({
  getParentRoute: () => inside,
  path: '/segments/targets',
  component: lazyRouteComponent(() => import('../segment/Targets'), 'Targets'),
})
const segment = createRoute({
  getParentRoute: () => inside,
  path: '/segments/$name',
  params: named(),
  component: lazyRouteComponent(() => import('../segment/Segment'), 'SegmentPage'),
})
const segmentSection = createRoute({
  getParentRoute: () => inside,
  path: '/segments/$name/$section',
  params: named<'section'>(),
  component: lazyRouteComponent(() => import('../segment/Segment'), 'SegmentPage'),
})
const editSegment = createRoute({
  getParentRoute: () => inside,
  path: '/segments/$name/edit',
  params: named(),
  validateSearch: begunIn,
  component: lazyRouteComponent(() => import('../segment/builder/Builder'), 'EditSegment'),
})
const campaigns = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns',
  component: lazyRouteComponent(() => import('../decide/Campaigns'), 'Campaigns'),
})
const campaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$name',
  params: named(),
  component: lazyRouteComponent(() => import('../decide/Campaign'), 'CampaignPage'),
})
const newCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/new',
  validateSearch: texts('segment'),
  component: lazyRouteComponent(() => import('../decide/wizard/Wizard'), 'NewCampaign'),
})
const newCampaignStep = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/new/$step',
  component: lazyRouteComponent(() => import('../decide/wizard/Wizard'), 'NewCampaign'),
})
const editCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$name/edit/$step',
  params: named<'step'>(),
  component: lazyRouteComponent(() => import('../decide/wizard/Wizard'), 'EditCampaign'),
})
const campaignSection = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$name/$section',
  params: named<'section'>(),
  component: lazyRouteComponent(() => import('../decide/Campaign'), 'CampaignPage'),
})
const journeys = createRoute({
  getParentRoute: () => inside,
  path: '/journeys',
  component: lazyRouteComponent(() => import('../journeys/Journeys'), 'Journeys'),
})
const newJourney = createRoute({
  getParentRoute: () => inside,
  path: '/journeys/new',
  component: lazyRouteComponent(() => import('../journeys/edit/Editor'), 'NewJourney'),
})
const editJourney = createRoute({
  getParentRoute: () => inside,
  path: '/journeys/$name/edit',
  params: named(),
  component: lazyRouteComponent(() => import('../journeys/edit/Editor'), 'EditJourney'),
})
const journey = createRoute({
  getParentRoute: () => inside,
  path: '/journeys/$name',
  params: named(),
  component: lazyRouteComponent(() => import('../journeys/Journey'), 'JourneyPage'),
})
const journeySection = createRoute({
  getParentRoute: () => inside,
  path: '/journeys/$name/$section',
  params: named<'section'>(),
  validateSearch: texts('who'),
  component: lazyRouteComponent(() => import('../journeys/Journey'), 'JourneyPage'),
})
const templates = createRoute({
  getParentRoute: () => inside,
  path: '/templates',
  component: lazyRouteComponent(() => import('../compose/Templates'), 'Templates'),
})
const template = createRoute({
  getParentRoute: () => inside,
  path: '/templates/$name',
  component: lazyRouteComponent(() => import('../compose/Templates'), 'TemplatePage'),
})
const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('../protect/Settings'), 'Settings'),
})
const settingsSection = createRoute({
  getParentRoute: () => inside,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('../protect/Settings'), 'Settings'),
})

const segmentations = createRoute({
  getParentRoute: () => inside,
  path: '/segmentations',
  component: lazyRouteComponent(() => import('../segment/Segmentations'), 'Segmentations'),
})
const segmentation = createRoute({
  getParentRoute: () => inside,
  path: '/segmentations/$name',
  validateSearch: texts('part', 'cell', 'since', 'until'),
  component: lazyRouteComponent(() => import('../segment/Segmentation'), 'SegmentationPage'),
})
const traits = createRoute({
  getParentRoute: () => inside,
  path: '/traits',
  validateSearch: texts('find'),
  component: lazyRouteComponent(() => import('../profile/Traits'), 'Traits'),
})
const newTrait = createRoute({
  getParentRoute: () => inside,
  path: '/traits/new',
  validateSearch: traitBegunIn,
  component: lazyRouteComponent(() => import('../profile/TraitBuilder'), 'NewTrait'),
})
const editTrait = createRoute({
  getParentRoute: () => inside,
  path: '/traits/$name/edit',
  params: named(),
  validateSearch: traitBegunIn,
  component: lazyRouteComponent(() => import('../profile/TraitBuilder'), 'EditTrait'),
})
const trait = createRoute({
  getParentRoute: () => inside,
  path: '/traits/$name',
  params: named(),
  component: lazyRouteComponent(() => import('../profile/Trait'), 'TraitPage'),
})
const predictions = createRoute({
  getParentRoute: () => inside,
  path: '/predictions',
  component: lazyRouteComponent(() => import('../predict/Predictions'), 'Predictions'),
})
const prediction = createRoute({
  getParentRoute: () => inside,
  path: '/predictions/$name',
  component: lazyRouteComponent(() => import('../predict/Model'), 'ModelPage'),
})
const kpis = createRoute({
  getParentRoute: () => inside,
  path: '/kpis',
  validateSearch: texts('by', 'days', 'kpi', 'of'),
  component: lazyRouteComponent(() => import('../measure/Kpis'), 'Kpis'),
})
const channels = createRoute({
  getParentRoute: () => inside,
  path: '/channels',
  validateSearch: texts('by', 'cell', 'all', 'value', 'preference', 'capability'),
  component: lazyRouteComponent(() => import('../allocate/Channels'), 'Channels'),
})
const jobs = createRoute({
  getParentRoute: () => inside,
  path: '/jobs',
  validateSearch: (search): { job?: number } => (Number(search.job) > 0 ? { job: Number(search.job) } : {}),
  component: lazyRouteComponent(() => import('../run/Jobs'), 'Jobs'),
})
const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  component: lazyRouteComponent(() => import('../protect/Audit'), 'Audit'),
})
const doctor = createRoute({
  getParentRoute: () => inside,
  path: '/doctor',
  component: lazyRouteComponent(() => import('../workspace/Doctor'), 'Doctor'),
})
const report = createRoute({
  getParentRoute: () => inside,
  path: '/report',
  component: lazyRouteComponent(() => import('../report/Report'), 'Report'),
})

const nowhere = createRoute({ getParentRoute: () => inside, path: '$', component: Nowhere })

export const router = createRouter({
  routeTree: root.addChildren([
    join,
    inside.addChildren([
      home,
      welcome,
      data,
      dataSection,
      people,
      person,
      personSection,
      journeys,
      newJourney,
      editJourney,
      journey,
      journeySection,
      templates,
      template,
      segments,
      newSegment,
      targets,
      segment,
      segmentSection,
      editSegment,
      segmentations,
      segmentation,
      traits,
      newTrait,
      editTrait,
      trait,
      predictions,
      prediction,
      kpis,
      channels,
      jobs,
      audit,
      doctor,
      report,
      nowhere,
      settings,
      settingsSection,
      campaigns,
      newCampaign,
      newCampaignStep,
      editCampaign,
      campaign,
      campaignSection,
    ]),
  ]),
  context: { queries: undefined as unknown as QueryClient },
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
