// Knative's own Node.js runtime, serving an empty function: as `faas-js-runtime` is used, from node_modules.
const { start } = require('faas-js-runtime');

start(() => undefined, { port: Number(process.env.PORT), logLevel: 'error', bodyLimit: 2 ** 21 });
