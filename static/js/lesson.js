// Remembers where reading is: the last heading that was passed, a few seconds after it was passed
// and when the page is left. Without this script nothing is lost but the place on the page.
const text = document.querySelector(".lesson-text[data-position]");

if (text) {
  const token = text.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const headings = [...text.querySelectorAll("h2[id]")];
  let sent = null;
  let timer = 0;

  const current = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 160);
    return passed.length ? passed[passed.length - 1].id : "";
  };

  const send = async () => {
    const anchor = current();
    // The top is on the way to the menus: it says nothing about where somebody was.
    if (!anchor || anchor === sent) return;
    sent = anchor;
    const body = new URLSearchParams({ anchor, csrfmiddlewaretoken: token });
    try {
      await fetch(text.dataset.position, { method: "POST", body, keepalive: true });
    } catch {
      sent = null; // tried again with the next heading
    }
  };

  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 2000);
  }, { passive: true });
  addEventListener("pagehide", send);

  // Another language: the place first, then the page, which goes on from there.
  const HERE = "#here";
  const languages = document.querySelector("form[data-language]");
  languages?.addEventListener("submit", async (event) => {
    if (languages.dataset.placed) return;
    event.preventDefault();
    const button = event.submitter;
    await send();
    languages.elements.next.value = `${location.pathname}${location.search}${HERE}`;
    languages.dataset.placed = "yes";
    setTimeout(() => languages.requestSubmit(button)); // a form is not sent while it is being sent
  });
  if (location.hash === HERE) {
    const before = document.querySelector("[data-continue]");
    history.replaceState(null, "", before?.hash || location.pathname + location.search);
    if (before) document.getElementById(decodeURIComponent(before.hash.slice(1)))?.scrollIntoView();
  }
}
