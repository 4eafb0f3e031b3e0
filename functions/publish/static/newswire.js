// What pages gain by a script. Each of them is whole without it; all words come from the page.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = document.currentScript.dataset;

  // The theme: as the device has it, light, dark.
  const THEMES = ["system", "light", "dark"];
  const ICONS = {
    system: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 2v14a7 7 0 0 1 0-14Z",
    light: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11 1h2v3h-2zm0 19h2v3h-2zM1 11h3v2H1zm19 0h3v2h-3z" +
      "M4 5.4 5.4 4l2.1 2.1-1.4 1.4zm12.5 12.5 1.4-1.4L20 18.6 18.6 20zM4 18.6l2.1-2.1 1.4 1.4L5.4 20z" +
      "m12.5-12.5L18.6 4 20 5.4l-2.1 2.1z",
    dark: "M20.5 14.6A9 9 0 0 1 9.4 3.5 9 9 0 1 0 20.5 14.6Z",
  };

  function addThemeSwitch(place) {
    const button = document.createElement("button");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const state = document.createElement("span");
    const status = document.createElement("span");
    let theme = root.dataset.theme || "system";
    function show() {
      path.setAttribute("d", ICONS[theme]);
      button.title = state.textContent = place.dataset[theme];
    }
    button.type = "button";
    button.className = "theme";
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(path);
    state.className = status.className = "unseen";
    // A screen reader says the new state; what is in a button has no role of its own (ARIA, section 5.2.8).
    status.setAttribute("role", "status");
    button.append(svg, state);
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      if (theme === "system") delete root.dataset.theme;
      else root.dataset.theme = theme;
      try {
        localStorage.setItem("theme", theme);
      } catch { /* storage is switched off: it holds for this page */ }
      show();
      status.textContent = state.textContent;
    });
    show();
    place.append(button, status);
  }

  // Moments of the last day, as long as that is how people would say them.
  const plurals = new Intl.PluralRules(root.lang);

  function counted(forms, count) {
    const [other, one] = forms.split("|");
    const form = one && plurals.select(count) === "one" ? one : other;
    return form.replace("{count}", count);
  }

  function ago(minutes) {
    if (minutes < -1 || minutes >= 24 * 60) return null; // a clock that differs, or the date says more
    if (minutes < 1) return words.now;
    return minutes < 60
      ? counted(words.minutes, Math.floor(minutes))
      : counted(words.hours, Math.floor(minutes / 60));
  }

  function tellTimes() {
    for (const time of document.querySelectorAll(".meta time")) {
      time.dataset.absolute ??= time.textContent;
      const said = ago((Date.now() - Date.parse(time.dateTime)) / 60000);
      time.textContent = said ?? time.dataset.absolute;
      if (said) time.title = time.dataset.absolute;
      else time.removeAttribute("title");
    }
  }

  // Sharing: what needs a script beside the plain links.
  function addShareButton(place, name, act) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => act(button));
    item.append(button);
    place.append(item);
  }

  function addSharing(place) {
    const { url, title, copy, copied, more } = place.dataset;
    const status = document.createElement("span");
    status.className = "status";
    status.setAttribute("role", "status");
    if (navigator.clipboard) {
      addShareButton(place, copy, async () => {
        try {
          await navigator.clipboard.writeText(url);
          status.textContent = copied;
        } catch {
          status.textContent = url; // not allowed: the reader can copy it by hand
        }
      });
    }
    if (navigator.share) {
      addShareButton(place, more, () => navigator.share({ title, url }).catch(() => {}));
    }
    place.after(status);
  }

  // On a phone the menu of sections scrolls: the one that is open is in sight.
  function showSection(open) {
    const list = open.closest("ul");
    list.scrollLeft = open.offsetLeft - (list.clientWidth - open.offsetWidth) / 2;
  }

  // What scrolls sideways can be scrolled by the keyboard, which not every browser sees to.
  function letFocus() {
    for (const box of document.querySelectorAll(".story table, .story pre")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  document.querySelectorAll(".sections [aria-current]").forEach(showSection);
  document.querySelectorAll("[data-themes]").forEach(addThemeSwitch);
  document.querySelectorAll(".share ul").forEach(addSharing);
  letFocus();
  addEventListener("resize", letFocus);
  tellTimes();
  setInterval(tellTimes, 60000);
  document.addEventListener("visibilitychange", tellTimes);
})();
