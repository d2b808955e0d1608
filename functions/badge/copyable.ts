import { type Html, html } from './html.ts'

/** A text to be taken along, under its name. Where scripts run, COPY adds a button. */
export function copyable(name: string, text: string): Html {
  return html`<div class="take"><h3>${name}</h3><pre tabindex="0" role="group" aria-label="${name}"><code>${text}</code></pre></div>`
}

/** Gives each copyable text its button; the word on it says that it worked. */
export const COPY = `
{const say=document.body.appendChild(document.createElement('p'))
say.className='unseen'
say.setAttribute('role','status')
const equip=()=>{for(const box of document.querySelectorAll('.take')){
const button=document.createElement('button')
const name=box.querySelector('h3').textContent
button.type='button'
button.textContent='Copy'
button.setAttribute('aria-label','Copy: '+name)
button.onclick=async()=>{
const code=box.querySelector('code')
try{await navigator.clipboard.writeText(code.textContent);button.textContent='Copied'}
catch{getSelection().selectAllChildren(code);button.textContent='Press Ctrl+C'}
say.textContent=name+': '+button.textContent
setTimeout(()=>{button.textContent='Copy'},2000)}
box.append(button)}}
equip()
document.querySelector('main').addEventListener('renewed',equip)}
`
