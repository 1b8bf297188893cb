/** Words of the parts that every page uses. */
export const ui = {
  cancel: 'Cancel',
  close: 'Close',
  copied: 'Copied',
  details: 'Details',
  dismiss: 'Dismiss',
  loading: 'Loading',
  noMatch: 'Nothing matches',
  notices: 'Notices',
  retry: 'Retry',
  undo: 'Undo',
  undoFailed: 'It could not be undone',
}
