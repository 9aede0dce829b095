// Sets the theme before the first paint. A separate file, so that a strict content security policy allows it.
(() => {
  let choice = null;
  try {
    choice = new URLSearchParams(location.search).get('theme') || localStorage.getItem('sightline.theme');
  } catch {
    choice = null;
  }
  const isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
