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

/** Shows a run each time it changes, until it has ended; the browser gives its token in the address. */
function follow(run, secret) {
  const points = []
  const heard = (event, data) => {
    if (event === 'status') draw(data, points)
    if (event === 'error') show(data.error)
    if (event === 'end') {
      following.close()
      $('cancel').disabled = true
    }
  }
  const address = (way) => place(`task/${run}/${way}?access_token=${encodeURIComponent(secret)}`)
  if ($('by').value === 'socket') {
    following = new WebSocket(address('socket').replace(/^http/, 'ws'))
    following.onmessage = ({ data }) => {
      const message = JSON.parse(data)
      heard(message.event, message.data)
    }
  } else {
    following = new EventSource(address('events'))
    for (const event of ['status', 'end']) following.addEventListener(event, ({ data }) => heard(event, JSON.parse(data)))
  }
}

/** Draws a run: how far it is, its last lines, and the results it has so far. */
function draw({ status, progress, last_lines: lines, artifacts, error }, points) {
  points.push(progress ?? 0)
  show([status, progress === null ? '' : `${progress} %`, error ?? ''].filter(Boolean).join(' · '))
  $('lines').textContent = [...lines, ...artifacts.map(({ key, preview }) => `${key}: ${preview ?? ''}`)].join('\n')
  const step = 100 / Math.max(1, points.length - 1)
  document.querySelector('#chart polyline').setAttribute('points', points.map((y, at) => `${at * step},${100 - y}`).join(' '))
}

function show(text) {
  $('status').textContent = text
}
