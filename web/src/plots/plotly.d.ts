/** The part of Plotly the pages use; the bundle without `eval` brings no types of its own. */
declare module 'plotly.js-strict-dist-min' {
  interface Plotly {
    react(place: HTMLElement, data: object[], layout: object, config: object): Promise<HTMLElement>
    purge(place: HTMLElement): void
    toImage(place: HTMLElement, options: object): Promise<string>
    Plots: { resize(place: HTMLElement): void }
  }
  const plotly: Plotly
  export default plotly
}
