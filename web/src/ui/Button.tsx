import type { ButtonHTMLAttributes, Ref } from 'react'

const BASE =
  'inline-flex h-7 items-center justify-center gap-1.5 rounded-md text-table whitespace-nowrap select-none transition-colors disabled:opacity-55'

const KINDS = {
  /** The one action a page is about. */
  main: 'bg-accent-fill px-3 font-medium text-on-accent hover:opacity-90',
  /** The one action of a dialog that takes something away. */
  danger: 'bg-danger-fill px-3 font-medium text-on-danger hover:opacity-90',
  /** Any other action. */
  plain: 'border border-line-strong/60 bg-raised px-2.5 hover:bg-hover',
  /** Controls in bars, without a frame. */
  quiet: 'px-2 text-muted hover:bg-hover hover:text-text',
  /** An icon alone; needs an `aria-label`. */
  icon: 'w-7 shrink-0 text-muted hover:bg-hover hover:text-text',
}

export type ButtonKind = keyof typeof KINDS

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', className = '', type, ...rest }: ButtonProps) {
  return <button type={type ?? 'button'} className={`${buttonLook(kind)} ${className}`} {...rest} />
}

/** The look of a button for what is none, such as a link that stands among buttons. */
export function buttonLook(kind: ButtonKind): string {
  return `${BASE} ${KINDS[kind]}`
}
