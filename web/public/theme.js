// Runs before the first paint, so that a page never flashes in the other theme.
// A file and not an inline script: the content security policy allows only the page's own files.
;(() => {
  let theme = null
  try {
    theme = localStorage.getItem('arno.theme')
  } catch {
    // Storage may be switched off; the system's theme is then used.
  }
  if (theme !== 'dark' && theme !== 'light') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  }
  document.documentElement.dataset.theme = theme
})()
