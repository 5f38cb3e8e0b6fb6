// Loaded before a role that is supervised: when whoever holds the other end of its input is gone, it is told to stop.
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume()
