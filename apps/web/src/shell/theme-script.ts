/** Where the chosen theme is kept, and the attribute of `<html>` by which the stylesheet knows it. */
export const THEME_KEY = 'theme'

/** Runs before the first paint, so that no page is ever seen in the wrong theme. Its hash is in the page's policy. */
export const themeScript = `(function(){var t=null;try{t=localStorage.getItem('${THEME_KEY}')}catch(e){}
document.documentElement.dataset.theme=t==='dark'||t==='light'?t:matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'})()`
