/** Words of a report's page. */
export const reports = {
  title: 'Reports',
  failed: 'The report could not be read',
  unknown: 'There is no report with this id, or you may not see it.',
  empty: 'Nothing has been written in this report yet.',
}
