/** The page for what the api said; for undefined, that it said nothing. */
export function page(said) {
  const text = said ? `${said.greeting} (from ${said.host})` : 'The api does not answer.'
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Sample</title>
  <h1>${escaped(text)}</h1>
</html>
`
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
