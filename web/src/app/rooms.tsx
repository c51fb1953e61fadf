import {
  ApartmentOutlined,
  AppstoreOutlined,
  AuditOutlined,
  DatabaseOutlined,
  FileTextOutlined,
  FundOutlined,
  HomeOutlined,
  LineChartOutlined,
  MailOutlined,
  MedicineBoxOutlined,
  NodeIndexOutlined,
  NotificationOutlined,
  PartitionOutlined,
  SettingOutlined,
  TagsOutlined,
  TeamOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'

export interface Room {
  path: string
  words: string
  icon: ReactNode
  /** Who may not do this is not shown the room. */
  needs?: 'manage' | 'admin'
}

/** Where one can go, by what one goes there for; the first group has no heading. */
export const GROUPS: readonly { words?: string; rooms: readonly Room[] }[] = [
  { rooms: [{ path: '/', words: 'rooms.home', icon: <HomeOutlined /> }] },
  {
    words: 'rooms.customers',
    rooms: [
      { path: '/data', words: 'rooms.data', icon: <DatabaseOutlined /> },
      { path: '/people', words: 'rooms.people', icon: <TeamOutlined /> },
      { path: '/traits', words: 'rooms.traits', icon: <TagsOutlined /> },
    ],
  },
  {
    words: 'rooms.groups',
    rooms: [
      { path: '/segments', words: 'rooms.segments', icon: <PartitionOutlined /> },
      { path: '/segmentations', words: 'rooms.segmentations', icon: <AppstoreOutlined /> },
    ],
  },
  {
    words: 'rooms.messages',
    rooms: [
      { path: '/campaigns', words: 'rooms.campaigns', icon: <NotificationOutlined /> },
      { path: '/journeys', words: 'rooms.journeys', icon: <ApartmentOutlined /> },
      { path: '/templates', words: 'rooms.templates', icon: <MailOutlined /> },
    ],
  },
  {
    words: 'rooms.insight',
    rooms: [
      { path: '/predictions', words: 'rooms.predictions', icon: <LineChartOutlined /> },
      { path: '/kpis', words: 'rooms.kpis', icon: <FundOutlined /> },
      { path: '/channels', words: 'rooms.channels', icon: <NodeIndexOutlined /> },
      { path: '/report', words: 'rooms.report', icon: <FileTextOutlined /> },
    ],
  },
  {
    words: 'rooms.running',
    rooms: [
      { path: '/jobs', words: 'rooms.jobs', icon: <UnorderedListOutlined /> },
      { path: '/audit', words: 'rooms.audit', icon: <AuditOutlined />, needs: 'admin' },
      { path: '/doctor', words: 'rooms.doctor', icon: <MedicineBoxOutlined /> },
      { path: '/settings', words: 'rooms.settings', icon: <SettingOutlined /> },
    ],
  },
]

/** The rooms that whoever may do `allows` is shown, group by group. */
export function roomsFor(allows: readonly string[]): { words?: string; rooms: Room[] }[] {
  return GROUPS.map((group) => ({ ...group, rooms: group.rooms.filter((each) => !each.needs || allows.includes(each.needs)) })).filter(
    (group) => group.rooms.length,
  )
}

/** The room that an address is in. */
export function roomOf(path: string): Room {
  const all = GROUPS.flatMap((group) => group.rooms)
  const found = all.find((each) => each.path !== '/' && (path === each.path || path.startsWith(`${each.path}/`)))
  return found ?? all[0]!
}
