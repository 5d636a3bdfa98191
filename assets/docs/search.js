const find = document.getElementById("find");
const articles = [...document.querySelectorAll("article")];
const links = new Map([...document.querySelectorAll("nav li")].map((item) => [item.dataset.table, item]));
function search() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const article of articles) {
    const fits = words.every((word) => article.dataset.words.toLowerCase().includes(word));
    article.hidden = !fits;
    links.get(article.id).hidden = !fits;
    shown += fits;
  }
  document.getElementById("found").textContent = words.length ? shown + " of " + articles.length + " tables" : "";
}
find.addEventListener("input", search);
// A link leads to a table that the search has hidden: show everything again.
window.addEventListener("hashchange", () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("article").hidden) {
    find.value = "";
    search();
    target.scrollIntoView();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== find) {
    event.preventDefault();
    find.focus();
  }
});
