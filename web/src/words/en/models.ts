/** Words of a model's page. */
export const models = {
  title: 'Models',
  failed: 'The model could not be read',
  unknown: 'There is no model with this id, or you may not see it.',
  project: 'Project',
  tags: 'Tags',
  updated: 'Updated',
  comment: 'Description',
  labels: 'Labels',
  label: 'Label',
  number: 'Number',
  design: 'Network design',
}
