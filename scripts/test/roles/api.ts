/** Stands in for the API: says who it is and where it would find the dashboard. */
setInterval(() => {}, 1_000)
console.log(`api ${process.pid} ${process.env.WEB_ORIGIN}`)
