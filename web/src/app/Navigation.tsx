import { MenuOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Drawer, Menu, Typography, type MenuProps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { roomOf, roomsFor } from './rooms'

interface Shown {
  path: string
  allows: readonly string[]
}

/** The rooms as a menu, in groups. */
export function Rooms({ path, allows, chosen }: Shown & { chosen?: () => void }) {
  const { t } = useTranslation()
  const linked = (group: ReturnType<typeof roomsFor>[number]) =>
    group.rooms.map((each) => ({ key: each.path, icon: each.icon, label: <Link to={each.path}>{t(each.words)}</Link> }))
  const items: MenuProps['items'] = roomsFor(allows).flatMap((group): NonNullable<MenuProps['items']> =>
    group.words ? [{ key: group.words, type: 'group', label: t(group.words), children: linked(group) }] : linked(group),
  )
  return (
    <nav aria-label={t('rooms.all')}>
      <Menu
        mode="inline"
        selectedKeys={[roomOf(path).path]}
        onClick={chosen}
        style={{ borderInlineEnd: 0 }}
        items={items}
      />
    </nav>
  )
}

/** The rooms behind a button, where there is no room for them beside the page. */
export function RoomsButton({ path, allows }: Shown) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button type="text" icon={<MenuOutlined />} aria-label={t('rooms.all')} aria-expanded={isOpen} onClick={() => setOpen(true)} />
      <Drawer
        open={isOpen}
        onClose={close}
        placement="left"
        size={272}
        title={<Typography.Text strong>{t('rooms.name')}</Typography.Text>}
        styles={{ body: { padding: 0 } }}
      >
        <Rooms path={path} allows={allows} chosen={close} />
      </Drawer>
    </>
  )
}
