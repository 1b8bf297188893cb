import { useState } from 'react'
import { usePreference } from '../api/preferences'
import { Button } from '../ui/Button'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input } from '../ui/Field'
import { ChevronIcon, CloseIcon } from '../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu'
import { readUrlSearch, writeUrlSearch } from '../urlSearch'
import { words } from '../words'
import { readSearch, type TaskListSearch } from './search'

interface View {
  name: string
  /** The address's query, which makes the view one that can also be sent as a link. */
  query: string
}

function readViews(stored: unknown): View[] {
  return (Array.isArray(stored) ? stored : []).filter(
    (view): view is View => typeof view?.name === 'string' && typeof view?.query === 'string',
  )
}

interface ViewsMenuProps {
  search: TaskListSearch
  show: (search: TaskListSearch) => void
}

/** Filters, order and columns under a name, kept on the server. */
export function ViewsMenu({ search, show }: ViewsMenuProps) {
  const [views, setViews] = usePreference('tasks.views', readViews)
  const [naming, setNaming] = useState(false)
  const query = writeUrlSearch({ ...search })
  const current = views.find((view) => view.query === query)
  const text = words.tasks
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button kind="quiet" className="max-w-56">
            <span className="truncate">{current?.name ?? text.views}</span>
            <ChevronIcon className="size-3" />
          </Button>
        }
      >
        {views.length === 0 && <p className="px-2 py-1.5 text-muted">{text.viewNone}</p>}
        {views.map((view) => (
          <MenuItem key={view.name} onSelect={() => show(readSearch(readUrlSearch(view.query)))}>
            {view.name}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setNaming(true)}>{text.saveView}</MenuItem>
        {current && (
          <MenuItem
            icon={<CloseIcon />}
            onSelect={() => setViews(views.filter((view) => view !== current))}
          >
            {text.deleteView(current.name)}
          </MenuItem>
        )}
      </Menu>
      {naming && (
        <NameView
          save={(name) =>
            setViews([...views.filter((view) => view.name !== name), { name, query }])
          }
          close={() => setNaming(false)}
        />
      )}
    </>
  )
}

function NameView({ save, close }: { save: (name: string) => void; close: () => void }) {
  const [name, setName] = useState('')
  return (
    <Dialog title={words.tasks.saveView} close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!name.trim()) return
          save(name.trim())
          close()
        }}
      >
        <DialogBody>
          <Field label={words.tasks.viewName}>
            {(ids) => (
              <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={!name.trim()}>
            {words.task.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
