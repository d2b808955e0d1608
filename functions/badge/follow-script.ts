import { sentence } from './sentence.ts'
import * as words from './words.ts'
/**
 * Grows the log of a build that is not over: asks for new lines, keeps to the end while the reader is there, and
 * leaves everybody else where they are. Without it the page is loaded again every five seconds.
 */
export const FOLLOW = `
{const log=document.getElementById('lines'),head=document.getElementById('build'),said=document.getElementById('said')
const toggle=document.getElementById('follow'),fresh=document.getElementById('fresh')
let {run,seen}=log.dataset,next=Number(log.dataset.next),tail=log.dataset.tail==='1'
let follow=tail&&!location.hash,wait=500,timer,asking,missed=0,done=false
const MOST=4000
const atEnd=()=>innerHeight+scrollY>=document.documentElement.scrollHeight-40
const toEnd=()=>scrollTo(0,document.documentElement.scrollHeight)
const press=on=>{follow=on;toggle.setAttribute('aria-pressed',on);if(on)toEnd()}
toggle.hidden=!tail
toggle.onclick=()=>{if(!follow&&missed){location.href=location.pathname;return}press(!follow)}
let from=scrollY
addEventListener('scroll',()=>{if(tail&&!done){if(scrollY<from-2&&!atEnd())press(false);else if(!follow&&!missed&&scrollY>from&&atEnd())press(true)}from=scrollY},{passive:true})
const place=change=>{const rows=log.children
let row;for(const one of rows){if(one.getBoundingClientRect().bottom>0){row=one;break}}
const held=!follow&&row&&row.getBoundingClientRect().top<innerHeight?row:null
const before=held&&held.getBoundingClientRect().top
change()
if(follow)toEnd()
else if(held&&held.isConnected&&log.getBoundingClientRect().top<0)scrollBy(0,held.getBoundingClientRect().top-before)
from=scrollY}
const grow=answer=>{if(!answer.html)return
if(!follow&&log.childElementCount>MOST){missed+=answer.next-next;fresh.hidden=false;fresh.textContent=missed+' newer lines';return}
if(answer.first>next+1)log.replaceChildren()
log.querySelector('.none')?.remove()
log.insertAdjacentHTML('beforeend',answer.html)
if(follow)while(log.childElementCount>MOST)log.firstElementChild.remove()}
const take=answer=>{
if(answer.run!==run){location.reload();return}
place(()=>{if(answer.head){seen=answer.seen;head.innerHTML=answer.head;document.getElementById('now').innerHTML=answer.now
head.dispatchEvent(new Event('renewed',{bubbles:true}))
document.title=answer.title;if(said.textContent!==answer.said)said.textContent=answer.said}
if(tail)grow(answer)})
next=answer.next;wait=answer.wait;done=answer.done
if(done){toggle.hidden=true}}
const ask=async()=>{clearTimeout(timer)
if(asking||done)return
if(document.hidden)return
asking=true
try{const answer=await fetch(location.pathname+'/live?from='+next+'&seen='+seen,{cache:'no-store'})
if(answer.status===401||answer.status===404){said.textContent=${JSON.stringify(sentence(words.stale))};done=true;return}
if(!answer.ok)throw 0
take(await answer.json())}
catch{wait=Math.min(wait*2,30000)}
finally{asking=false;if(!done)timer=setTimeout(ask,wait)}}
document.addEventListener('visibilitychange',ask)
press(follow)
timer=setTimeout(ask,wait)}
`

/** A number marks its line without leaving the place; a line that is not on this page is gone to. */
export const LINES = `
{const log=document.getElementById('lines')
const named=/^#L(\\d+)$/.exec(location.hash)
if(named&&!document.getElementById('L'+named[1])&&!location.search.includes('at='+named[1]))location.replace('?at='+named[1]+location.hash)
log.addEventListener('click',event=>{const link=event.target.closest('a')
if(!link||event.ctrlKey||event.metaKey||event.shiftKey)return
event.preventDefault()
const top=scrollY
history.replaceState(null,'',link.search+location.hash)
location.replace(link.hash)
scrollTo(0,top)})}
`
