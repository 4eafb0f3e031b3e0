// In the head and before any style: a theme that the reader has chosen holds from the first paint on.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage is switched off: the device decides */ }
