(function(){"use strict";
// Sorts and filters the documents; what is chosen, and which document is open, stands in the address.
var root=document.documentElement,table=document.querySelector(".docs");
if(!table)return;
root.classList.add("js");
var bodies=[].slice.call(table.tBodies),heads=[].slice.call(table.tHead.querySelectorAll("th"));
function field(id){return document.getElementById(id)}
function comma(n){return n.toLocaleString("en")}
var box=field("f-text"),state=field("f-state"),kind=field("f-kind"),said=field("f-said"),all=field("f-all");
var sort="",down=false,without=[],only=null,open="",texts=null,loading=false;
var more=field("f-more"),FIRST=600,most=FIRST,places=bodies.map(function(b,i){return i}); // more rows take seconds to lay out
heads.forEach(function(th,i){
  var button=document.createElement("button");button.type="button";button.textContent=th.textContent;
  th.textContent="";th.appendChild(button);
  button.addEventListener("click",function(){down=sort===String(i)?!down:th.classList.contains("n");sort=String(i);save();order();filter()});
});
function value(body,i){var cell=body.rows[0].cells[i];return cell?cell.textContent.trim():""}
function order(){
  heads.forEach(function(th,i){if(sort===String(i))th.setAttribute("aria-sort",down?"descending":"ascending");else th.removeAttribute("aria-sort")});
  var by=heads[+sort],numbers=by&&by.classList.contains("n");
  var list=bodies.map(function(b,i){var v=sort===""?i:value(b,+sort);return{i:i,v:v,n:parseFloat(v.replace(/,/g,""))}});
  if(sort!==""){
    var words=new Intl.Collator();
    list.sort(function(x,y){
      var r=numbers&&!isNaN(x.n)&&!isNaN(y.n)?x.n-y.n:words.compare(x.v,y.v);
      return(down?-r:r)||x.i-y.i});
  }
  places=list.map(function(e){return e.i});
  var part=document.createDocumentFragment();places.forEach(function(i){part.appendChild(bodies[i])});table.appendChild(part);
}
function filter(){
  var q=box.value.trim().toLowerCase(),s=state.value,k=kind.value,n=0;
  if(q&&!texts)texts=bodies.map(function(b){return b.textContent.toLowerCase()});
  places.forEach(function(i){
    var b=bodies[i],c=b.classList,ok=(!q||texts[i].indexOf(q)>=0)&&(!s||(s==="kept"?!c.contains("out"):c.contains(s)))
      &&(!k||(" "+(b.getAttribute("data-k")||"")+" ").indexOf(" "+k+" ")>=0)
      &&(!only||only[i])&&!without.some(function(w){return c.contains(w)});
    if(ok)n++;
    ok=ok&&n<=most;
    if(b.hidden===ok)b.hidden=!ok});
  var sum=bodies.length;
  said.textContent=(n===sum?"All "+comma(n):comma(n)+" of "+comma(sum))+(sum===1?" document":" documents")+(n>most?", the first "+comma(most)+" shown":"");
  all.hidden=n===bodies.length;
  more.hidden=n<=most;
}
function save(){
  var p=new URLSearchParams();
  if(box.value)p.set("q",box.value);
  if(state.value)p.set("state",state.value);
  if(kind.value)p.set("kind",kind.value);
  if(without.length)p.set("not",without.join());
  if(only)p.set("in",Object.keys(only).join());
  if(sort!==""){p.set("sort",sort);if(down)p.set("down","1")}
  if(open)p.set("open",open);
  history.replaceState(null,"","#documents"+(p.toString()?"?"+p.toString().replace(/%2C/g,","):""));
}
function choose(){save();filter()}
function clear(){box.value=state.value=kind.value="";without=[];only=null}
function set(select,v){select.value=v||"";if(select.value!==(v||""))select.value=""}
function show(body){
  if(body.hidden){clear();filter();body.hidden=false}
  var d=body.querySelector("details");
  if(d)d.open=true;
  body.scrollIntoView({behavior:"instant"});
}
function load(){
  var hash=location.hash;
  loading=true;
  if(hash.indexOf("#documents?")===0){
    var p=new URLSearchParams(hash.slice(11)),was=sort+down;
    box.value=p.get("q")||"";set(state,p.get("state"));set(kind,p.get("kind"));
    without=(p.get("not")||"").split(",").filter(function(w){return/^\w+$/.test(w)});
    only=null;
    (p.get("in")||"").split(",").forEach(function(n){if(/^\d+$/.test(n)){only=only||{};only[+n]=true}});
    sort=/^\d$/.test(p.get("sort")||"")&&heads[+p.get("sort")]?p.get("sort"):"";down=p.get("down")==="1";
    open=/^\d+$/.test(p.get("open")||"")?p.get("open"):"";
    if(was!==sort+down)order();
    filter();
    var body=open&&field("d"+open);
    if(body)show(body);else field("documents").scrollIntoView({behavior:"instant"});
  }else if(/^#d\d+$/.test(hash)){
    var one=field(hash.slice(1));
    if(one)show(one);
  }
  setTimeout(function(){loading=false});
}
box.addEventListener("input",choose);state.addEventListener("change",function(){without=[];only=null;choose()});kind.addEventListener("change",choose);
more.addEventListener("click",function(){most=Infinity;filter();box.focus({preventScroll:true})});
all.addEventListener("click",function(){clear();choose();box.focus()});
table.addEventListener("toggle",function(e){
  if(loading)return;
  var body=e.target.closest("tbody");
  if(e.target.open)open=body.id.slice(1);else if(open===body.id.slice(1))open="";
  save();
},true);
document.addEventListener("click",function(e){
  var a=e.target.closest&&e.target.closest("a[data-f]");
  if(a){
    e.preventDefault();
    var to="#documents?"+a.getAttribute("data-f");
    if(location.hash===to)load();else location.hash=to;
    box.focus({preventScroll:true});
  }
});
window.addEventListener("hashchange",load);
filter();table.classList.add("ready");load();
})();
