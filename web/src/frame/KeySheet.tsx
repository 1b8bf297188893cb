import { Dialog } from '../ui/Dialog'
import { words } from '../words'

/** Every key the pages know. */
export function KeySheet({ close }: { close: () => void }) {
  const { keyboard, keys, paletteKey } = words.frame
  const sheet: [keys: string[], what: string][] = [
    [[paletteKey], keys.palette],
    [['/'], keys.filter],
    [['j', 'k'], keys.rows],
    [['Enter'], keys.openRow],
    [['Esc'], keys.back],
    [['1', '2', '3'], keys.tabs],
    [['g h', 'g p', 'g t', 'g w', 'g s'], keys.goTo],
    [['t'], keys.theme],
    [['?'], keys.sheet],
  ]
  return (
    <Dialog title={keyboard} close={close}>
      <dl className="overflow-y-auto px-4 py-2">
        {sheet.map(([combinations, what]) => (
          <div key={what} className="flex min-h-8 items-center justify-between gap-4">
            <dt>{what}</dt>
            <dd className="flex shrink-0 gap-1">
              {combinations.map((combination) => (
                <Key key={combination} name={combination} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

export function Key({ name }: { name: string }) {
  return (
    <kbd className="rounded-md border bg-sunken px-1.5 font-mono text-small text-muted">{name}</kbd>
  )
}
