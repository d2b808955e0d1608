// Runs in the page: the words of a list of all that a screen reader or a weak eye would stumble over.
;(() => {
  const found = []
  const all = (selector) => [...document.querySelectorAll(selector)]
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().right > 0

  if (!document.documentElement.lang) found.push('the page has no language')
  if (!document.title) found.push('the page has no title')
  for (const [name, selector] of [
    ['main', 'main'],
    ['header', 'body > header'],
    ['h1', 'h1'],
  ])
    if (all(selector).length !== 1) found.push(`there must be one ${name}, not ${all(selector).length}`)
  for (const nav of all('nav')) if (!nav.ariaLabel) found.push('a nav has no name')
  let level = 0
  for (const heading of all('h1,h2,h3,h4')) {
    const next = Number(heading.tagName[1])
    if (next > level + 1) found.push(`"${heading.textContent}" is an h${next} after an h${level}`)
    level = next
  }
  const ids = all('[id]').map((element) => element.id)
  for (const id of ids.filter((one, index) => ids.indexOf(one) < index))
    found.push(`the id ${id} is there twice`)
  for (const element of all('[aria-labelledby],[aria-describedby]'))
    for (const name of ['aria-labelledby', 'aria-describedby'])
      for (const id of (element.getAttribute(name) ?? '').split(' ').filter(Boolean))
        if (!document.getElementById(id)) found.push(`${name}=${id} leads nowhere`)
  for (const element of all('a,button')) {
    const name = element.ariaLabel || element.textContent?.trim() || element.title
    if (!name) found.push(`a ${element.tagName.toLowerCase()} has no name`)
  }
  for (const input of all('input')) if (!input.labels?.length) found.push(`${input.name} has no label`)
  for (const image of all('img')) if (!image.getAttribute('alt')) found.push('an image has no words')
  for (const image of all('svg'))
    if (!image.ariaHidden && !image.ariaLabel) found.push('a drawing has no words')
  for (const head of all('th')) if (!head.getAttribute('scope')) found.push('a th has no scope')

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  /** Of any notation of CSS, laid over `ground`. */
  const rgb = (color, ground = [255, 255, 255]) => {
    canvas.fillStyle = `rgb(${ground.join(' ')})`
    canvas.fillRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
  }
  const groundOf = (element) =>
    element
      ? rgb(getComputedStyle(element).backgroundColor, groundOf(element.parentElement))
      : [255, 255, 255]
  /** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
  const luminance = (color) => {
    const [red = 0, green = 0, blue = 0] = color.map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const seen = new Set()
  while (texts.nextNode()) {
    const { parentElement: parent, textContent } = texts.currentNode
    if (!parent || !textContent?.trim() || !shown(parent) || parent.closest('script,style,noscript')) continue
    const ground = groundOf(parent)
    const [light = 0, dark = 0] = [rgb(getComputedStyle(parent).color, ground), ground]
      .map(luminance)
      .sort((a, b) => b - a)
    const contrast = (light + 0.05) / (dark + 0.05)
    if (contrast < 4.5)
      seen.add(`"${textContent.trim().slice(0, 30)}" has a contrast of ${contrast.toFixed(2)}`)
  }
  return [...found, ...seen]
})()
