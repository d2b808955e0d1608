/** While something is building, a page is as old as this at most. */
export const REFRESH_SECONDS = 10

/**
 * Takes the content anew while somebody looks and nothing in it is in use. Where scripts are off the frame says
 * the same with a `refresh`.
 */
export const REFRESH = `
setInterval(async()=>{
const main=document.querySelector('main')
if(document.hidden||main.contains(document.activeElement)&&main!==document.activeElement||String(getSelection()))return
try{
const answer=await fetch(location.href,{headers:{accept:'text/html'}})
if(!answer.ok)return
const next=new DOMParser().parseFromString(await answer.text(),'text/html').querySelector('main')
if(next&&next.innerHTML!==main.dataset.seen){main.dataset.seen=next.innerHTML;main.replaceChildren(...next.childNodes);main.dispatchEvent(new Event('renewed'))}
}catch{}},${REFRESH_SECONDS * 1000})
`
