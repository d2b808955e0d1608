// Stands in a bundle for libraries that dockerode names at its top and that we never reach (see bundle.ts).
module.exports = {}
