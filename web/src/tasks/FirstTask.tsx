import { Link } from '@tanstack/react-router'
import { buttonLook } from '../ui/Button'
import { Empty } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { words } from '../words'

/** What an empty store shows: what would be here, and how to get it here. */
export function FirstTask() {
  const say = words.home
  return (
    <Empty title={say.noTasks}>
      <Snippet text={say.script} copy={say.copyScript} />
      <Link to="/welcome" className={buttonLook('plain')}>
        {say.toGuide}
      </Link>
    </Empty>
  )
}
