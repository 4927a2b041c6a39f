// "Keep the saved answer": what this browser kept of the other one is settled and is not asked about
// again. Anything else it keeps for the question, of yet another page, stays.

const TOOLS = /-(sequence|flag|flag-seen|open|final)$/; // not the answer, or added by a button
const said = (entries) => String(entries.filter(([name]) => /^q\d/.test(name) && !TOOLS.test(name)).sort());

function reject(question) {
  const posted = [...question.querySelectorAll("input[type=hidden]")].map(({ name, value }) => [name, value]);
  const rejected = said(posted);
  try {
    for (const key of Object.keys(localStorage)) {
      const isOfQuestion = `${key}:`.startsWith(`${question.dataset.kept}:`);
      if (isOfQuestion && said(JSON.parse(localStorage[key]).entries) === rejected) localStorage.removeItem(key);
    }
  } catch {
    // Storage is off: nothing was kept.
  }
}

document.addEventListener("click", ({ target }) => {
  const link = target.closest("[data-rejects]");
  if (link) reject(link.closest("[data-kept]"));
});
document.addEventListener("submit", ({ target }) => {
  for (const question of target.querySelectorAll("[data-kept]")) {
    const choice = question.querySelector("[name^=choice-]:is(:checked, [type=hidden])");
    if (choice?.value === "stored") reject(question);
  }
});
