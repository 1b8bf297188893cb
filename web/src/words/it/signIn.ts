import type { Words } from '..'

export const signIn: Words['signIn'] = {
  intro: 'Accedi per vedere i task di questo sito.',
  userName: 'Nome utente',
  password: 'Password',
  signIn: 'Accedi',
  signingIn: 'Accesso in corso',
  wrong: 'Nome utente o password errati.',
}
