const $ = (id) => document.getElementById(id)
const place = (path) => `${$('server').value.replace(/\/+$/, '')}/clearml/serve/${path}`

/** The caller's token: typed in, or from the dashboard's own route of a site where one is signed in. */
async function token() {
  if ($('token').value) return $('token').value
  const answer = await fetch('/dashboardSmartCity/controllers/getAccessToken.php', { credentials: 'same-origin' })
  return (await answer.json()).accessToken
}

/** Calls the gateway; its answer, or an error with its words. */
async function call(method, path, fields) {
  const answer = await fetch(place(path), {
    method,
    headers: { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/json' },
    body: fields && JSON.stringify(fields),
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.error)
  return body
}

$('ask').addEventListener('submit', async (event) => {
  event.preventDefault()
  $('answer').textContent = '…'
  try {
    const fields = { machine_id: $('machine').value, endpoint: $('endpoint').value, params: JSON.parse($('input').value) }
    $('answer').textContent = JSON.stringify(await call('POST', 'ondemand', fields), null, 2)
  } catch (error) {
    $('answer').textContent = error.message
  }
})

let following = null

$('start').addEventListener('submit', async (event) => {
  event.preventDefault()
  following?.close()
  try {
    const run = await call('POST', 'enqueue_task', { task_id: $('task').value, params: JSON.parse($('params').value) })
    $('cancel').disabled = false
    $('cancel').onclick = () => call('DELETE', `task/${run.task_id}`).catch((error) => show(error.message))
    follow(run.task_id, await token())
  } catch (error) {
    show(error.message)
  }
})

/** Shows a run each time it changes, until it has ended. */
function follow(run, secret) {
  const points = []
  following = new EventSource(place(`task/${run}/events?access_token=${encodeURIComponent(secret)}`))
  following.addEventListener('status', ({ data }) => {
    const { status, progress, last_lines: lines, artifacts, error } = JSON.parse(data)
    points.push(progress ?? (status === 'completed' ? 100 : 0))
    show([status, progress === null ? '' : `${progress} %`, error ?? ''].filter(Boolean).join(' · '))
    $('lines').textContent = [...lines, ...artifacts.map(({ key, preview }) => `${key}: ${preview ?? ''}`)].join('\n')
    const step = 100 / Math.max(1, points.length - 1)
    document.querySelector('#chart polyline').setAttribute('points', points.map((y, at) => `${at * step},${100 - y}`).join(' '))
  })
  following.addEventListener('end', () => {
    following.close()
    $('cancel').disabled = true
  })
}

function show(text) {
  $('status').textContent = text
}
