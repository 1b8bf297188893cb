/** Words of the sign-in. */
export const signIn = {
  intro: "Sign in to see this site's tasks.",
  userName: 'User name',
  password: 'Password',
  signIn: 'Sign in',
  signingIn: 'Signing in',
  wrong: 'User name or password is wrong.',
}
