import * as Popover from '@radix-ui/react-popover'
import { type KeyboardEvent, useId, useState } from 'react'
import { words } from '../words'
import { CONTROL } from './Field'
import { MENU, MENU_ITEM } from './Menu'

interface ComboboxProps {
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string
  'aria-invalid'?: true
  value: string
  setValue: (value: string) => void
  /** What may be chosen; the field narrows it as one types. Values outside it may be typed when `free`. */
  options: readonly string[]
  /** Takes what is typed, not only what is offered. */
  free?: boolean
  placeholder?: string
}

/** Most options shown at once; typing reaches the rest. */
const SHOWN = 50

/** A field that completes what is typed from a list. */
export function Combobox({ value, setValue, options, free, placeholder, ...ids }: ComboboxProps) {
  const list = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const [marked, setMarked] = useState(0)
  const open = typed !== null
  const found = matching(options, typed ?? '')
  const choose = (chosen: string) => {
    setValue(chosen)
    setTyped(null)
  }
  const type = (text: string) => {
    setTyped(text)
    setMarked(0)
    if (free) setValue(text)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      if (!open) type('')
      else setMarked(Math.min(Math.max(marked + step, 0), found.length - 1))
    }
    if (!open) return
    const option = found[marked]
    if (event.key === 'Enter' && option !== undefined && !(free && typed === '')) {
      event.preventDefault()
      choose(option)
    }
    if (event.key === 'Escape') {
      event.stopPropagation()
      setTyped(null)
    }
  }

  return (
    <Popover.Root open={open} onOpenChange={(now) => !now && setTyped(null)}>
      <Popover.Anchor asChild>
        <input
          {...ids}
          role="combobox"
          aria-expanded={open}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={open && found.length > 0 ? `${list}-${marked}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          className={CONTROL}
          value={typed ?? value}
          onChange={(event) => type(event.target.value)}
          onClick={() => !open && type(free ? value : '')}
          onKeyDown={onKeyDown}
          onBlur={() => setTyped(null)}
        />
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          onOpenAutoFocus={(event) => event.preventDefault()}
          className={`${MENU} w-[var(--radix-popover-trigger-width)]`}
        >
          <div id={list} role="listbox" aria-label={ids['aria-label'] ?? placeholder}>
            {found.map((option, at) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
              <div
                key={option}
                id={`${list}-${at}`}
                role="option"
                aria-selected={option === value}
                data-highlighted={at === marked ? '' : undefined}
                className={MENU_ITEM}
                // The press must not take the focus out of the field.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
                onMouseMove={() => setMarked(at)}
              >
                <span className="truncate normal-nums">{option}</span>
              </div>
            ))}
            {found.length === 0 && <p className="px-2 py-1.5 text-muted">{words.ui.noMatch}</p>}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function matching(options: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase()
  return options.filter((option) => option.toLowerCase().includes(wanted)).slice(0, SHOWN)
}
