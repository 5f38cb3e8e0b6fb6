/** Where the chosen language is kept. */
export const LANGUAGE_KEY = 'language'

/**
 * Runs before the first paint. The pages are built in English: for somebody who reads another language nothing is shown
 * until its words are there. The languages stand here as well as in `@repo/ui/words`, for this is text; a test compares.
 */
export const languageScript = `(function(){var l=null;try{l=localStorage.getItem('${LANGUAGE_KEY}')}catch(e){}
var known=['en','de'];if(known.indexOf(l)<0){l='en';var asked=navigator.languages||[];for(var i=0;i<asked.length;i++){
var two=asked[i].slice(0,2);if(known.indexOf(two)>=0){l=two;break}}}
var page=document.documentElement;page.lang=l;if(l!=='en')page.dataset.words='awaited'})()`
