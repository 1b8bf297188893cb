import { words } from '../words'

/** The roles people have, as the wire spells them; the most powerful first. */
export const ROLES = ['admin', 'superuser', 'user', 'guest'] as const

/** What people call a role; roles of machines keep their wire name. */
export function roleName(role: string): string {
  const known = ROLES.find((each) => each === role)
  return known ? words.settings.roles[known] : role
}
