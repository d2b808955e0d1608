import type { Shape } from './state.ts'

/** What is filled with the state's colour; the marks inside are holes. 16 by 16. */
const DRAWN: Record<Shape, string> = {
  done: hole('<circle cx="8" cy="8" r="8"/>', 'M4.5 8.4l2.3 2.3 4.7-5'),
  same: hole('<circle cx="8" cy="8" r="8"/>', 'M5 6.4h6M5 9.6h6'),
  broken: hole('<path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z"/>', 'M5.3 5.3l5.4 5.4m0-5.4l-5.4 5.4'),
  busy: `${lines('M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0')}<path d="M8 3a5 5 0 0 1 0 10z"/>`,
  waiting: lines('M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0M8 4.2V8l2.6 1.7'),
  none: lines('M15 8A7 7 0 1 1 1 8a7 7 0 0 1 14 0M5 8h6'),
}

/** The style of the shapes before states. In the style and not in the markup: fifty rows have one each. */
export const SHAPES = Object.entries(DRAWN)
  .map(([shape, drawing]) => `.${shape}::before{mask-image:url("${dataUrl(drawing)}")}`)
  .join('\n')

function hole(body: string, mark: string): string {
  return `<mask id="m"><path fill="#fff" d="M0 0h16v16H0z"/>${lines(mark)}</mask><g mask="url(#m)">${body}</g>`
}

function lines(path: string): string {
  return `<path d="${path}" fill="none" stroke="#000" stroke-width="1.75" stroke-linecap="round"/>`
}

function dataUrl(drawing: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${drawing}</svg>`
  return `data:image/svg+xml,${svg.replaceAll('"', "'").replace(/[<>#]/g, encodeURIComponent)}`
}
