import type { Words } from '..'

export const signIn: Words['signIn'] = {
  intro: 'Войдите, чтобы увидеть задачи этого сервера.',
  userName: 'Имя пользователя',
  password: 'Пароль',
  signIn: 'Войти',
  signingIn: 'Вход',
  wrong: 'Неверное имя пользователя или пароль.',
}
