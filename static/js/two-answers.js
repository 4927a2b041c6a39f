// "Keep the saved answer": what this browser kept of the other one is settled and is not asked about
// again. Anything else it keeps for the question, of yet another page, stays.

const TOOLS = /-(sequence|flag|flag-seen|open|final)$/; // not the answer, or added by a button
const said = (entries) => String(entries.filter(([name]) => /^q\d/.test(name) && !TOOLS.test(name)).sort());

document.addEventListener("click", ({ target }) => {
  const link = target.closest("[data-rejects]");
  if (!link) return;
  try {
    const rejected = said([...new FormData(link.closest("form"))]);
    for (const key of Object.keys(localStorage)) {
      const isOfQuestion = `${key}:`.startsWith(`${link.dataset.rejects}:`);
      if (isOfQuestion && said(JSON.parse(localStorage[key]).entries) === rejected) localStorage.removeItem(key);
    }
  } catch {
    // Storage is off: nothing was kept.
  }
});
