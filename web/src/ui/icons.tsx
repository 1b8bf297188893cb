interface IconProps {
  className?: string
}

/** A 16-pixel line icon; decoration only, so the control around it carries the name. */
function Icon({ className = '', d }: IconProps & { d: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={d} />
    </svg>
  )
}

export const TasksIcon = (props: IconProps) => (
  <Icon {...props} d="M2.5 4h1M2.5 8h1M2.5 12h1M6 4h7.5M6 8h7.5M6 12h7.5" />
)
export const GatewayIcon = (props: IconProps) => (
  <Icon {...props} d="M2 8h4M10 8h4M6 3.5h4v9H6zM12 6l2 2-2 2M3.5 6.500 2 8l1.5 1.500" />
)
export const SearchIcon = (props: IconProps) => (
  <Icon {...props} d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14" />
)
export const CloseIcon = (props: IconProps) => <Icon {...props} d="m4 4 8 8M12 4l-8 8" />
export const ChevronIcon = (props: IconProps) => <Icon {...props} d="m4.5 6.5 3.5 3.5 3.5-3.5" />
export const CopyIcon = (props: IconProps) => (
  <Icon {...props} d="M5.5 5.500h7v8h-7zM3.5 10.500v-8h7" />
)
export const CheckIcon = (props: IconProps) => <Icon {...props} d="m3 8.5 3.5 3.500L13 4.5" />
export const MinusIcon = (props: IconProps) => <Icon {...props} d="M3.5 8h9" />
export const SunIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.500v1M8 13.500v1M1.5 8h1M13.5 8h1M3.4 3.400l.7.7M11.9 11.900l.7.7M3.4 12.600l.7-.7M11.9 4.100l.7-.7"
  />
)
export const MoonIcon = (props: IconProps) => (
  <Icon {...props} d="M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7Z" />
)
export const ArrowUpIcon = (props: IconProps) => <Icon {...props} d="M8 13V3M4 7l4-4 4 4" />
export const ArrowDownIcon = (props: IconProps) => <Icon {...props} d="M8 3v10M4 9l4 4 4-4" />
export const KeyboardIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M1.5 4h13v8h-13zM4 6.500h.1M6.6 6.500h.1M9.3 6.500h.1M11.9 6.500h.1M5 9.500h6"
  />
)
export const SignOutIcon = (props: IconProps) => (
  <Icon {...props} d="M6 2.500H2.500v11H6M10 5l3 3-3 3M13 8H6" />
)
export const PlusIcon = (props: IconProps) => <Icon {...props} d="M8 3v10M3 8h10" />
export const MoreIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M3.500 8h.1M8 8h.1M12.500 8h.1"
    className={`[stroke-width:2] ${props.className ?? ''}`}
  />
)
export const HomeIcon = (props: IconProps) => (
  <Icon {...props} d="M2.500 7.500 8 3l5.500 4.500M4 6.500v6.500h8V6.500" />
)
export const FolderIcon = (props: IconProps) => <Icon {...props} d="M2 12.500v-9h4l1.500 2H14v7Z" />
export const MachineIcon = (props: IconProps) => (
  <Icon {...props} d="M2 3h12v4H2zM2 9h12v4H2zM4.500 5h.1M4.500 11h.1" />
)
export const GearIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M8 12.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM8 9.800a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600ZM8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400M11.200 11.200l1.400 1.400M3.400 12.600l1.400-1.400M11.200 4.800l1.400-1.400"
  />
)
export const EditIcon = (props: IconProps) => (
  <Icon {...props} d="M3 13l.7-3L10.500 3.200l2.300 2.300L6 12.300Z" />
)
export const GripIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M6 4h.1M10 4h.1M6 8h.1M10 8h.1M6 12h.1M10 12h.1"
    className={`[stroke-width:1.800] ${props.className ?? ''}`}
  />
)
export const ExpandIcon = (props: IconProps) => (
  <Icon {...props} d="M9.5 2.500h4v4M13.5 2.500 9.500 6.500M6.5 13.500h-4v-4M2.5 13.500l4-4" />
)
export const SaveIcon = (props: IconProps) => (
  <Icon {...props} d="M8 2v8M4.5 7 8 10.500 11.500 7M3 13.500h10" />
)
export const PreviousIcon = (props: IconProps) => <Icon {...props} d="M9.5 3.500 5 8l4.500 4.500" />
export const NextIcon = (props: IconProps) => <Icon {...props} d="M6.5 3.500 11 8l-4.500 4.500" />
export const LinkIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M6.5 9.500l3-3M7 5l1.500-1.500a2.800 2.800 0 0 1 4 4L11 9M9 11l-1.500 1.500a2.800 2.800 0 0 1-4-4L5 7"
  />
)
export const EyeIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8ZM8 9.800a1.800 1.800 0 1 0 0-3.600 1.800 1.800 0 0 0 0 3.600Z"
  />
)
export const EyeOffIcon = (props: IconProps) => (
  <Icon {...props} d="M2 6.500S4 10 8 10s6-3.500 6-3.500M8 10v2.500M4.200 9 3 11M11.800 9 13 11" />
)
export const ListIcon = (props: IconProps) => (
  <Icon {...props} d="M2 3h12v10H2zM6.500 3v10M3.700 6h1M3.700 8.500h1" />
)
