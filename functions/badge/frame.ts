import { createHash } from 'node:crypto'
import type { Reply } from '../shared/http.ts'
import { MOUNT } from './access.ts'
import { type Html, html, markup, trusted } from './html.ts'
import { STYLE } from './style.ts'

/** One step of the way to a page; the last one, the page itself, has no address. */
export type Step = { text: string; href?: string }

type Page = {
  title: string
  /** The way to this page from the list of all services, which is always its beginning. */
  trail?: Step[]
  body: Html
  /** Added to the style of all pages. */
  style?: string
  /** Runs at the end of the body. Everything must work without it. */
  script?: string
  /** Loads the page again, where scripts are off. */
  refreshSeconds?: number
  /** HTTP status; 200 if not given. */
  status?: number
}

/** A browser asks for /favicon.ico otherwise, which no gateway has. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#4036b8"/><path d="M4 12 8 4l4 8" fill="none" stroke="#fff" stroke-width="2"/></svg>',
)}`

/** A whole document in one answer: style and script are inline, and allowed by their hash alone. */
export function frame({ title, trail = [], body, style = '', script, refreshSeconds, status }: Page): Reply {
  const css = STYLE + style
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · artefacto</title>
<link rel="icon" href="${ICON}">
<style>${trusted(css)}</style>
${refreshSeconds !== undefined && html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}"></noscript>`}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><nav aria-label="Way to this page"><ol>${way(trail)}</ol></nav></header>
<main id="main" tabindex="-1">
${body}
</main>
${script !== undefined && html`<script>${trusted(script)}</script>`}
</body>
</html>
`
  return { status: status ?? 200, headers: headers(css, script), body: markup(document) }
}

function way(trail: Step[]): Html[] {
  const steps = [{ text: 'artefacto', href: `${MOUNT}/` }, ...trail]
  return steps.map(({ text, href }, index) =>
    href === undefined
      ? html`<li><span aria-current="page">${text}</span></li>`
      : html`<li><a href="${href}"${index === 0 && html` class="home"`}>${text}</a></li>`,
  )
}

function headers(style: string, script: string | undefined): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${script === undefined ? "'none'" : hashOf(script)}`,
    // Badges are images of this function's own; the icon is in the page.
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
