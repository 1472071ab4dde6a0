const x: number = 1
console.log('node', process.version, process.argv, x)
