// Runs before the first paint, so that a chosen theme never flashes. Nothing else belongs here.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const choice = localStorage.getItem("theme");
    if (choice === "light" || choice === "dark") {
      root.dataset.theme = choice;
      root.dataset.bsTheme = choice;
    }
  } catch {
    // Storage is off: the system's preference decides.
  }
})();
