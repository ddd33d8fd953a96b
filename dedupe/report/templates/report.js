(function(){"use strict";
var root=document.documentElement,table=document.querySelector(".docs");
if(!table)return;
root.classList.add("js");
var bodies=[].slice.call(table.tBodies),heads=[].slice.call(table.tHead.querySelectorAll("th"));
var box=document.getElementById("f-text"),state=document.getElementById("f-state"),kind=document.getElementById("f-kind"),said=document.getElementById("f-said");
var sort="",down=false;
var texts=bodies.map(function(b){return b.textContent.toLowerCase()});
heads.forEach(function(th,i){
  var button=document.createElement("button");button.type="button";button.textContent=th.textContent;
  th.textContent="";th.appendChild(button);
  button.addEventListener("click",function(){down=sort===String(i)?!down:th.classList.contains("n");sort=String(i);save()});
});
function value(body,i){var cell=body.rows[0].cells[i];return cell?cell.getAttribute("data-v")||cell.textContent.trim():""}
function order(){
  heads.forEach(function(th,i){if(sort===String(i))th.setAttribute("aria-sort",down?"descending":"ascending");else th.removeAttribute("aria-sort")});
  var list=bodies.map(function(b,i){return{b:b,i:i,v:sort===""?i:value(b,+sort)}});
  if(sort!=="")list.sort(function(x,y){
    var a=parseFloat(x.v),c=parseFloat(y.v),both=!isNaN(a)&&!isNaN(c)&&heads[+sort].classList.contains("n");
    var r=both?a-c:String(x.v).localeCompare(String(y.v));
    return(down?-r:r)||x.i-y.i});
  var part=document.createDocumentFragment();list.forEach(function(e){part.appendChild(e.b)});table.appendChild(part);
}
function filter(){
  var q=box.value.trim().toLowerCase(),s=state.value,k=kind.value,n=0;
  bodies.forEach(function(b,i){
    var ok=(!q||texts[i].indexOf(q)>=0)&&(!s||b.classList.contains(s))&&(!k||(" "+(b.getAttribute("data-k")||"")+" ").indexOf(" "+k+" ")>=0);
    b.hidden=!ok;if(ok)n++});
  said.textContent=n===bodies.length?"All "+n+" documents":n+" of "+bodies.length+" documents";
}
function save(){
  var p=new URLSearchParams();
  if(box.value)p.set("q",box.value);if(state.value)p.set("state",state.value);if(kind.value)p.set("kind",kind.value);
  if(sort!==""){p.set("sort",sort);if(down)p.set("down","1")}
  history.replaceState(null,"","#documents"+(p.toString()?"?"+p:""));order();filter();
}
function set(select,v){select.value=v||"";if(select.value!==(v||""))select.value=""}
function load(){
  var hash=location.hash;
  if(hash.indexOf("#documents?")===0){
    var p=new URLSearchParams(hash.slice(11));
    box.value=p.get("q")||"";set(state,p.get("state"));set(kind,p.get("kind"));sort=p.get("sort")||"";down=p.get("down")==="1";
    order();filter();document.getElementById("documents").scrollIntoView();
  }else if(/^#d\d+$/.test(hash)){
    var b=document.getElementById(hash.slice(1));
    if(b){if(b.hidden){box.value="";state.value="";kind.value="";filter()}var d=b.querySelector("details");if(d)d.open=true;b.scrollIntoView()}
  }
}
box.addEventListener("input",save);state.addEventListener("change",save);kind.addEventListener("change",save);
document.addEventListener("click",function(e){
  var a=e.target.closest&&e.target.closest("a[data-f]");
  if(a){e.preventDefault();location.hash="#documents?"+a.getAttribute("data-f")}
});
window.addEventListener("hashchange",load);
filter();load();
})();
