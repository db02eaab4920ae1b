// A record on each line through one compiled JSONata expression: jsonata_peer.js EXPRESSION FILE
const fs = require('fs');
const jsonata = require('jsonata');

(async () => {
  const expression = jsonata(fs.readFileSync(process.argv[2], 'utf8'));
  const out = [];
  for (const line of fs.readFileSync(process.argv[3], 'utf8').split('\n')) {
    if (line !== '') out.push(JSON.stringify(await expression.evaluate(JSON.parse(line))));
  }
  process.stdout.write(out.join('\n') + '\n');
})();
