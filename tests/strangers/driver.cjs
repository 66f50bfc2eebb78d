// Makes objects of clients and calls them as the lines on stdin say; one line of JSON for each on
// stdout: {"answer": ...} or {"error": ...}. What others wrote runs in here, and nothing else.
const path = require("node:path");
const lines = require("node:readline").createInterface({ input: process.stdin });

const modules = process.env.STRANGERS_MODULES;
const made = new Map();

const load = (name) => require(path.join(modules, name));

// Values that JSON has no words for.
const revive = (_, value) => {
  if (value?.$bytes !== undefined) return Buffer.from(value.$bytes, "base64");
  if (value?.$axios !== undefined) return load("axios").create({ baseURL: value.$axios });
  return value;
};

const made_or_called = async ({ make, call, of, args }) => {
  if (make) {
    made.set(make, new (load(of[0])[of[1]])(...args));
    return null;
  }
  const [name, ...steps] = call.split(".");
  const method = steps.pop();
  const owner = steps.reduce((object, step) => object[step], made.get(name));
  return (await owner[method](...args)) ?? null;
};

const told = ({ name, message, code, status, data }) => ({ name, message, code, status, data });

(async () => {
  for await (const line of lines) {
    let said;
    try {
      said = { answer: await made_or_called(JSON.parse(line, revive)) };
    } catch (error) {
      said = { error: told(error) };
    }
    process.stdout.write(JSON.stringify(said) + "\n");
  }
})();
