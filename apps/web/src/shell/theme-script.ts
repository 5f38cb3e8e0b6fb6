/** Where the chosen theme is kept, and the attribute of `<html>` by which the stylesheet knows it. */
export const THEME_KEY = 'theme'

/**
 * Runs before the first paint, so that no page is ever seen in the wrong theme, and again when the machine turns dark or
 * light and when another tab chooses, whatever of the page has loaded by then. Its hash is in the page's policy.
 */
export const themeScript = `(function(){var m=matchMedia('(prefers-color-scheme: dark)');function p(){var t=null;try{t=localStorage.getItem('${THEME_KEY}')}catch(e){}
document.documentElement.dataset.theme=t==='dark'||t==='light'?t:m.matches?'dark':'light'}p();m.addEventListener('change',p);addEventListener('storage',p)})()`
